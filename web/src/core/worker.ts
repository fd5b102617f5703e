/**
 * The worker that holds the core and asks the models. The page sees no key again once it has given it: keys stay here,
 * each bound to the origin that it was given for.
 */
import {
  ChainOfThought,
  evaluate,
  exact,
  f1,
  type LM,
  normalized,
  openai,
  Predict,
  practiceModel,
  type Run,
  ready,
  SignatureError,
  StropError,
} from 'strop';
import { callCore } from 'strop/internal';
import { BootstrapFewShot, BootstrapFewShotWithRandomSearch, LabeledFewShot } from 'strop/optimize';
import { type Demos, type Entry, isRunEvent } from '../log/events.ts';
import { Meter } from './meter.ts';
import type {
  FromWorker,
  Ledger,
  Methods,
  MetricSpec,
  ModelChoice,
  Problem,
  ProgramSpec,
  RunSpec,
  RunState,
  ToWorker,
} from './protocol.ts';

const say = (message: FromWorker) => postMessage(message);

/** Programs of the playground: one step. */
type Step = Predict | ChainOfThought;

function programOf({ module, signature, instructions }: ProgramSpec): Step {
  const settings = instructions === undefined ? {} : { instructions };
  return module === 'Predict' ? new Predict(signature, settings) : new ChainOfThought(signature, settings);
}

const withDemos = (program: Step, demos: Demos): Step =>
  program.mapPredictors((predictor, name) =>
    demos[name] ? predictor.with({ demos: demos[name] }) : predictor,
  ) as Step;

const predictorOf = (program: Step): Predict => (program instanceof Predict ? program : program.predict);

const metrics = { exact, normalized, f1 } as const;
const metricOf = ({ name, field }: MetricSpec) => metrics[name](field);

/** Models. */
const keys = new Map<string, string>();
const ledger = new Map<string, Ledger>();
/** The page's own server, as the page told it. */
let localURL = '';
const callsAtOnce = 8;

async function counted(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const { host } = new URL(input instanceof Request ? input.url : String(input));
  const line = ledger.get(host) ?? { host, calls: 0, bytes: 0 };
  line.calls += 1;
  line.bytes += typeof init?.body === 'string' ? new TextEncoder().encode(init.body).length : 0;
  ledger.set(host, line);
  tellLedger();
  return fetch(input, init);
}

let telling = false;
function tellLedger(): void {
  if (telling) return;
  telling = true;
  setTimeout(() => {
    telling = false;
    say({ is: 'ledger', ledger: [...ledger.values()] });
  }, 100);
}

function lmOf(model: ModelChoice): LM {
  if (model.kind === 'practice') return practiceModel();
  if (model.kind === 'local')
    return openai({
      model: model.model,
      baseURL: localURL,
      completions: true,
      adapter: 'compact',
      concurrency: 2,
      fetch: counted,
    });
  const apiKey = keys.get(new URL(model.url).origin);
  return openai({ model: model.model, baseURL: model.url, fetch: counted, ...(apiKey ? { apiKey } : {}) });
}

async function listModels(url: string, apiKey?: string): Promise<string[]> {
  const response = await counted(
    `${url.replace(/\/+$/, '')}/models`,
    apiKey ? { headers: { authorization: `Bearer ${apiKey}` } } : {},
  );
  if (response.status === 401 || response.status === 403)
    throw new Error(`${new URL(url).host} refused the key (${response.status}). It was sent only there.`);
  if (!response.ok)
    throw new Error(
      `${new URL(url).host} answered ${response.status}. Is the address that of an OpenAI-compatible API? It usually ends in /v1.`,
    );
  const { data } = (await response.json()) as { data?: { id?: unknown }[] };
  return Array.isArray(data) ? data.map(({ id }) => id).filter((id): id is string => typeof id === 'string') : [];
}

/** Runs, while they are going on. */
interface Going {
  run: Pick<Run<unknown, unknown>, 'pause' | 'resume' | 'stop'>;
  meter: Meter;
  paused: boolean;
}
const going = new Map<number, Going>();
/** What runs that are over have spent, should one be asked for more. */
const before = new Map<number, Meter>();

/** What is told of a run, gathered so that the page is not called for every row. */
class Teller {
  #entries: Entry[] = [];
  #timer: ReturnType<typeof setInterval>;
  constructor(
    readonly run: number,
    readonly meter: Meter,
  ) {
    this.#timer = setInterval(() => this.tell(), 80);
  }
  add(event: unknown): void {
    if (isRunEvent(event)) this.#entries.push({ stamp: this.meter.stamp(), event });
  }
  tell(): void {
    const entries = this.#entries;
    this.#entries = [];
    say({ is: 'progress', run: this.run, entries, telemetry: this.meter.telemetry() });
  }
  end(state: RunState, reason?: string): void {
    clearInterval(this.#timer);
    this.meter.end();
    this.tell();
    say({ is: 'state', run: this.run, state, telemetry: this.meter.telemetry(), ...(reason ? { reason } : {}) });
  }
}

function optimizerOf({ optimizer, metric }: Pick<RunSpec, 'optimizer' | 'metric'>) {
  const common = {
    metric: metricOf(metric),
    seed: optimizer.seed,
    ...(optimizer.calls > 0 ? { budget: { calls: optimizer.calls } } : {}),
  };
  const { maxBootstrappedDemos, maxLabeledDemos, candidates } = optimizer;
  if (optimizer.name === 'LabeledFewShot') return new LabeledFewShot({ ...common, k: maxLabeledDemos });
  if (optimizer.name === 'BootstrapFewShot')
    return new BootstrapFewShot({ ...common, maxBootstrappedDemos, maxLabeledDemos });
  return new BootstrapFewShotWithRandomSearch({ ...common, maxBootstrappedDemos, maxLabeledDemos, candidates });
}

function start(number: number, spec: RunSpec): void {
  const meter = new Meter(lmOf(spec.model), spec.pace);
  const teller = new Teller(number, meter);
  const run = optimizerOf(spec).compile(programOf(spec.program) as Predict, {
    trainset: spec.train,
    valset: spec.val,
    testset: spec.test,
    lm: meter.lm,
    config: spec.config,
    concurrency: meter.lm.concurrency ?? callsAtOnce,
  });
  going.set(number, { run, meter, paused: false });
  void (async () => {
    try {
      for await (const event of run) teller.add(event);
      const { report } = await run;
      meter.cached = report.usage.cachedCalls;
      teller.end(report.state, report.reason || undefined);
    } catch (error) {
      teller.end('failed', problemOf(error).message);
    } finally {
      going.delete(number);
      before.clear(); // only the last run can be gone on with
      before.set(number, meter);
    }
  })();
}

function control(number: number, what: 'pause' | 'resume' | 'stop'): void {
  const one = going.get(number);
  if (!one) return;
  if (what === 'stop') {
    if (one.paused) one.run.resume(); // what is on the way has to be taken in
    one.meter.pace = 0;
    one.run.stop('stopped by hand');
    return;
  }
  one.paused = what === 'pause';
  one.run[what]();
  one.meter.clock(what === 'resume');
  say({ is: 'state', run: number, state: one.paused ? 'paused' : 'running', telemetry: one.meter.telemetry() });
}

/** One download: the page is going to optimize. */
const coreReady = () => ready({ all: true });

/** What the page may ask for. */
const methods: { [M in keyof Methods]: (argument: Methods[M]['in']) => Promise<Methods[M]['out']> } = {
  async describe(spec) {
    await coreReady();
    const outer = new Predict(spec.signature); // the fields that a person wrote, without a reasoning of ours
    const inner = predictorOf(programOf(spec));
    try {
      const fields = outer.fields.map(({ name, type, role }) => ({ name, type, dir: role }));
      return { fields, instructions: inner.instructions };
    } finally {
      outer[Symbol.dispose]();
      inner[Symbol.dispose]();
    }
  },

  async prompt({ program, demos, inputs, adapter }) {
    await coreReady();
    const bare = predictorOf(programOf(program)).with({ demos: [] });
    const full = demos.length ? bare.with({ demos }) : bare;
    try {
      const shown = full.preview(inputs, { adapter });
      return {
        completion: shown.completion === true,
        bare: [...bare.preview(inputs, { adapter }).messages],
        full: [...shown.messages],
        stop: shown.config.stop ?? [],
        instructions: bare.instructions,
      };
    } finally {
      bare[Symbol.dispose]();
      full[Symbol.dispose]();
    }
  },

  async localModel({ url }) {
    localURL = url;
    // Only a server that this page came from is asked, and only for a list.
    const response = await fetch(`${localURL}/models`);
    if (!response.ok || !(response.headers.get('content-type') ?? '').includes('json')) return null;
    const { data } = (await response.json()) as { data?: { id?: unknown }[] };
    const id = Array.isArray(data) ? data[0]?.id : undefined;
    return typeof id === 'string' ? id : null;
  },

  async models({ url }) {
    return listModels(url, keys.get(new URL(url).origin));
  },

  async key({ url, key }) {
    keys.set(new URL(url).origin, key);
    return undefined;
  },

  async score({ program, state, metric, rows, model, config }) {
    await coreReady();
    const made = programOf(program);
    const found = await evaluate(state === undefined ? made : made.load(state), rows, metricOf(metric), {
      lm: lmOf(model),
      config,
    });
    return found.rows.map(({ score, prediction, error }) => ({
      score,
      prediction,
      ...(error === undefined ? {} : { error }),
    }));
  },

  async verdicts({ metric, pairs }) {
    await coreReady();
    return pairs.map(({ example, prediction, error }) => {
      if (!prediction) return { score: 0, prediction, ...(error === undefined ? {} : { error }) };
      const { score } = JSON.parse(callCore('metric', JSON.stringify({ metric, example, prediction }))) as {
        score: number;
      };
      return { score, prediction };
    });
  },

  async estimate({ rows, ...spec }) {
    const oneStep = new Predict('input -> output');
    const { calls } = await optimizerOf(spec).estimate(oneStep, {
      trainset: { length: rows.train },
      valset: { length: rows.val },
      testset: { length: rows.test },
    });
    const most = spec.optimizer.calls || Number.POSITIVE_INFINITY;
    return { min: Math.min(most, calls.min), max: Math.min(most, calls.max) };
  },

  async start({ run, spec }) {
    await coreReady();
    start(run, spec);
    return undefined;
  },
  async pause({ run }) {
    control(run, 'pause');
    return undefined;
  },
  async resume({ run }) {
    control(run, 'resume');
    return undefined;
  },
  async stop({ run }) {
    control(run, 'stop');
    return undefined;
  },
  async pace({ run, pace }) {
    const one = going.get(run);
    if (one) one.meter.pace = pace;
    return undefined;
  },

  async exported({ program, demos, state }) {
    await coreReady();
    const made = programOf(program);
    const learned = state !== undefined ? made.load(state) : withDemos(made, demos ?? {});
    return learned.toJSON();
  },

  async heldOut({ run, spec, candidate, demos }) {
    await coreReady();
    const meter = before.get(run) ?? new Meter(lmOf(spec.model), 0);
    meter.pace = 0;
    meter.clock(true);
    const teller = new Teller(run, meter);
    try {
      const seed = programOf(spec.program);
      const summaries = [];
      const scores: (number | null)[][] = [];
      for (const [number, program] of [
        [0, seed],
        [candidate, withDemos(seed, demos)],
      ] as const) {
        const onEvent = (event: object) => teller.add({ ...event, set: 'test', candidate: number });
        const { score, n, missing, interval, rows } = await evaluate(program, spec.test, metricOf(spec.metric), {
          lm: meter.lm,
          config: spec.config,
          concurrency: meter.lm.concurrency ?? callsAtOnce,
          onEvent,
        });
        summaries.push({ score, n, missing, interval });
        scores.push(rows.map((row) => row.score));
        if (candidate === 0) summaries.push(summaries[0]!);
        if (candidate === 0) break;
      }
      const pairs = (scores[0] ?? [])
        .map((score, k) => [score, (scores[1] ?? scores[0])![k]])
        .filter((pair): pair is [number, number] => pair.every((x) => typeof x === 'number'));
      const compared = JSON.parse(
        callCore('compareScores', JSON.stringify({ before: pairs.map(([x]) => x), after: pairs.map(([, x]) => x) })),
      );
      teller.add({
        event: 'report',
        candidate,
        heldOut: true,
        seed: summaries[0],
        optimized: summaries[1],
        difference: compared.difference,
        verdict: compared.verdict,
      });
      teller.end('stopped', 'stopped by hand');
      return undefined;
    } catch (error) {
      teller.end('stopped', 'stopped by hand');
      throw error;
    }
  },

  async ask({ program, state, inputs, model, config }) {
    await coreReady();
    const begun = performance.now();
    const loaded = programOf(program).load(state);
    predictorOf(loaded).preview(inputs); // renders, so that loading is told apart from asking
    const read = performance.now();
    const meter = new Meter(lmOf(model), 0);
    let reply = '';
    const lm: LM = {
      ...meter.lm,
      async complete(request, options) {
        const response = await meter.lm.complete(request, options);
        reply = response.text;
        return response;
      },
    };
    const outputs = await predictorOf(loaded).run(inputs, { lm, config });
    return {
      outputs: { ...outputs },
      reply,
      tokens: meter.tokens,
      estimated: meter.estimated,
      loadMs: read - begun,
      callMs: performance.now() - read,
    };
  },
};

function problemOf(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof StropError)) return { code: 'unknown', message };
  const { column, fix } = error.details;
  return {
    code: error instanceof SignatureError ? 'signature' : error.code,
    message,
    ...(typeof column === 'number' ? { column } : {}),
    ...(typeof fix === 'string' ? { fix } : {}),
  };
}

addEventListener('message', async ({ data: { id, method, argument } }: MessageEvent<ToWorker>) => {
  try {
    const value = await methods[method](argument as never);
    say({ is: 'answer', id, value });
  } catch (error) {
    say({ is: 'problem', id, problem: problemOf(error) });
  }
});
