import { Core, CoreProblem } from '../core/client.ts';
import type { FromWorker, Ledger, ModelChoice, Problem, RunSpec, RunState, Telemetry } from '../core/protocol.ts';
import type { Entry } from '../log/events.ts';
import { apply, type CandidateView, candidateOf, emptyRun, points, type RunView, replay } from '../log/run.ts';
import { type Example, examples, loadExample } from './examples.ts';
import { emptyProject, type Project, type ProjectEvent, programOf, reduce, rowFields, setsOf } from './project.ts';

/** A line of the one log: what a person did, or what a run told. Nothing is ever taken out of it. */
export type LogLine = { at: number; project: ProjectEvent } | { at: number; run: number; entry: Entry };

export interface RunInfo {
  number: number;
  /** The project's name when it began. */
  project: string;
  spec: RunSpec;
  /** Names of the program's inputs. */
  inputs: string[];
  /** By number in the set: the number in the project's table, for links between screens. */
  rows: Record<'train' | 'val' | 'test', number[]>;
  state: RunState;
  reason: string | undefined;
  telemetry: Telemetry;
  /** The fewest and most calls that it can make, told before it began. */
  calls: { min: number; max: number };
}

const nothing: Telemetry = { calls: 0, tokens: 0, ms: 0, open: 0, cached: 0, failed: 0 };

/** How long the practice model takes for an answer while one watches. In milliseconds. */
export const watchingPace = 100;

class Store {
  /** The whole history, append-only; the rest is computed from it or is only how it is looked at. */
  readonly log: LogLine[] = [];
  readonly #runLog = new Map<number, Entry[]>();

  project = $state.raw<Project>(emptyProject);
  run = $state.raw<RunInfo | undefined>(undefined);
  /** The run as its log has it so far. A new object whenever it has grown. */
  live = $state.raw<RunView>(emptyRun());
  /** The run at an earlier point, while the scrubber is held back. */
  past = $state.raw<RunView | undefined>(undefined);
  ledger = $state.raw<Ledger[]>([]);
  localModel = $state.raw<string | null>(null);
  ready = $state(false);
  /** What could not be done at all: the core or the example did not load. */
  broken = $state.raw<string | undefined>(undefined);
  /** What the live region says: turns of events only. */
  said = $state('');
  testing = $state(false);

  /** What a person looks at. */
  selected = $state(0);
  follow = $state(true);
  tab = $state<'demos' | 'prompt' | 'rows' | 'events'>('demos');
  axis = $state<'calls' | 'tokens' | 'ms'>('calls');
  chartAsTable = $state(false);
  /** What Ship shows: a candidate, or undefined for the best. */
  shipped = $state<number | undefined>(undefined);

  readonly core: Core;
  #runs = 0;
  #describing = 0;
  /** What `calls` was asked for last. */
  #planned = '';

  /** What the screens show of the run. */
  view = $derived(this.past ?? this.live);
  sets = $derived.by(() => setsOf(this.project));
  /** The fewest and most calls that a run would make now. */
  calls = $state.raw({ min: 0, max: 0 });
  running = $derived(this.run?.state === 'running' || this.run?.state === 'paused');

  constructor() {
    this.core = new Core((message) => this.#hear(message));
  }

  /** Takes what a person did into the log, and asks the core what follows from it. */
  record(event: ProjectEvent): void {
    this.log.push({ at: Date.now(), project: event });
    const before = this.project;
    this.project = reduce(before, event);
    if (['signature', 'adopted', 'module', 'opened'].includes(event.event)) this.#describe();
    void this.#plan();
  }

  async open(example: Example): Promise<void> {
    try {
      const { table, split } = await loadExample(example);
      this.record({ event: 'opened', example, table, split });
    } catch (error) {
      this.broken = `The example could not be loaded: ${messageOf(error)}. Reload the page.`;
    }
  }

  async begin(): Promise<void> {
    void this.core.call('localModel', { url: new URL('./v1', document.baseURI).href }).then(
      (model) => {
        this.localModel = model;
      },
      () => {
        this.localModel = null; // a server without a model is the usual case
      },
    );
    await this.open(examples[0]!);
    await this.#plan();
    this.ready = true;
  }

  #describe(): void {
    const { signature, module } = this.project;
    const turn = ++this.#describing;
    this.core.call('describe', { module, signature }).then(
      (described) => this.record({ event: 'described', text: signature, module, described }),
      (error) => {
        if (turn !== this.#describing) return;
        this.record({ event: 'refused', text: signature, problem: problemOf(error) });
      },
    );
  }

  async #plan(): Promise<void> {
    const { metric, optimizer } = this.project;
    const { train, val, test } = this.sets;
    const rows = { train: train.length, val: val.length, test: test.length };
    const planned = JSON.stringify([optimizer, rows]);
    if (planned === this.#planned) return;
    this.#planned = planned;
    try {
      const calls = await this.core.call('estimate', { metric, optimizer, rows });
      if (planned === this.#planned) this.calls = calls;
    } catch (error) {
      this.broken = `The core could not be asked: ${messageOf(error)}. Reload the page.`;
    }
  }

  /** What a run would be given now. */
  spec(pace: number): RunSpec {
    const { project } = this;
    const rows = (numbers: readonly number[]) => numbers.map((k) => project.rows[k]!);
    return {
      program: programOf(project),
      metric: project.metric,
      optimizer: project.optimizer,
      model: project.model,
      config: project.config,
      train: rows(this.sets.train),
      val: rows(this.sets.val),
      test: rows(this.sets.test),
      pace: project.model.kind === 'practice' ? pace : 0,
    };
  }

  async start(pace = watchingPace): Promise<void> {
    const number = ++this.#runs;
    const spec = this.spec(pace);
    this.#runLog.set(number, []);
    this.live = emptyRun();
    this.past = undefined;
    this.selected = 0;
    this.follow = true;
    this.shipped = undefined;
    const inputs = rowFields(this.project)
      .filter((f) => f.dir === 'input')
      .map((f) => f.name);
    this.run = {
      number,
      project: this.project.name,
      spec,
      inputs,
      rows: structuredClone(this.sets),
      state: 'running',
      reason: undefined,
      telemetry: nothing,
      calls: this.calls,
    };
    try {
      await this.core.call('start', { run: number, spec });
    } catch (error) {
      if (this.run?.number === number) this.run = { ...this.run, state: 'failed', reason: messageOf(error) };
    }
  }

  control(what: 'pause' | 'resume' | 'stop'): void {
    const { run } = this;
    if (!run) return;
    this.core.call(what, { run: run.number }).catch((error) => {
      this.said = messageOf(error);
    });
  }

  fullSpeed(): void {
    const { run } = this;
    if (!run) return;
    this.run = { ...run, spec: { ...run.spec, pace: 0 } };
    this.core.call('pace', { run: run.number, pace: 0 }).catch((error) => {
      this.said = messageOf(error);
    });
  }

  /** Scores the seed and the best on the locked rows, after a run that ended before it could. */
  async testBest(): Promise<void> {
    const { run } = this;
    const best = this.live.best === undefined ? undefined : candidateOf(this.live, this.live.best);
    if (!run || !best || this.testing) return;
    this.testing = true;
    try {
      await this.core.call('heldOut', { run: run.number, spec: run.spec, candidate: best.number, demos: best.demos });
    } catch (error) {
      if (this.run?.number === run.number) this.run = { ...this.run, state: 'failed', reason: messageOf(error) };
    } finally {
      this.testing = false;
    }
  }

  select(candidate: number): void {
    this.selected = candidate;
    this.follow = false;
  }

  /** Shows the run as it stood at so many calls. */
  scrub(calls: number): void {
    if (!this.run) return;
    this.past =
      calls >= this.live.last.calls && calls >= this.run.telemetry.calls ? undefined : replay(this.entries, calls);
    if (candidateOf(this.view, this.selected)?.score === undefined) this.selected = this.view.best ?? 0;
  }

  get entries(): readonly Entry[] {
    return (this.run && this.#runLog.get(this.run.number)) ?? [];
  }

  get selectedCandidate(): CandidateView | undefined {
    return candidateOf(this.view, this.selected);
  }

  #hear(message: Exclude<FromWorker, { is: 'answer' | 'problem' }>): void {
    if (message.is === 'ledger') {
      this.ledger = message.ledger;
      return;
    }
    const { run } = this;
    if (!run || message.run !== run.number) return;
    if (message.is === 'state') {
      this.run = { ...run, state: message.state, reason: message.reason, telemetry: message.telemetry };
      if (message.state !== 'running' && message.state !== 'paused') this.#sayEnd(message.state);
      return;
    }
    const entries = this.#runLog.get(run.number)!;
    const bestBefore = this.live.best;
    for (const entry of message.entries) {
      this.log.push({ at: Date.now(), run: run.number, entry });
      entries.push(entry);
      apply(this.live, entry);
    }
    // New objects, so that everything that shows a candidate notices.
    if (message.entries.length) this.live = { ...this.live, candidates: this.live.candidates.map((c) => ({ ...c })) };
    this.run = { ...run, telemetry: message.telemetry };
    const { best } = this.live;
    if (best !== undefined && best !== bestBefore) {
      if (this.follow) this.selected = best;
      const score = candidateOf(this.live, best)?.score;
      if (best > 0 && score !== undefined)
        this.said = `New best ${points(score)} after ${message.telemetry.calls} calls`;
    }
  }

  #sayEnd(state: RunState): void {
    const { report, best } = this.live;
    if (report?.optimized && report.seed)
      this.said = `Run finished. Held-out ${points(report.optimized.score)} against ${points(report.seed.score)} for the seed`;
    else
      this.said =
        state === 'failed'
          ? 'The run failed'
          : best === undefined
            ? 'Stopped before the seed was scored'
            : `Stopped. Candidate ${best} is kept as the best`;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
export const problemOf = (error: unknown): Problem =>
  error instanceof CoreProblem ? error.problem : { code: 'unknown', message: messageOf(error) };

export const store = new Store();

/** Whether the model sends rows anywhere. */
export const sendsTo = (model: ModelChoice): string =>
  model.kind === 'practice'
    ? 'nothing is sent'
    : model.kind === 'local'
      ? 'rows stay on this machine'
      : hostOf(model.url)
        ? `rows go to ${hostOf(model.url)}`
        : 'rows go to that address';

export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '');
