import { CoreSession, ready } from '../core/core.js';
import {
  AdapterParseError,
  ConfigurationError,
  CoreError,
  LMAbortedError,
  LMContextWindowError,
  LMError,
  MetricError,
  messageOf,
  StoreError,
  StropError,
} from '../errors.js';
import { type MetricFunction, type MetricTrace, scoreOf } from '../evaluate/metrics.js';
import { type Cache, type Caching, memoryCache } from '../lm/cache.js';
import { type Asking, ask, byteLength, callUsage } from '../lm/call.js';
import { costOf, priceFor } from '../lm/cost.js';
import { Ledger, type LedgerEntry, type Spent } from '../lm/ledger.js';
import { Limit } from '../lm/limit.js';
import { requestFromText, requestText } from '../lm/request.js';
import type { Compat, LM, LMConfig, LMResponse } from '../lm/types.js';
import type { RunContext } from '../program/context.js';
import { members, readJson } from '../program/json-text.js';
import { runIn } from '../program/module.js';
import type { Row, Runnable } from '../program/runnable.js';
import type { TraceStep } from '../program/trace.js';
import { Breath } from './breathe.js';
import type { Offer, RunEvent } from './events.js';
import type { Journal } from './journal.js';
import {
  answerLine,
  type Effect,
  type Fault,
  failureLine,
  type NestedReply,
  nestedLine,
  readStep,
  type StepOutput,
  stopLine,
  takeLine,
  type Usage,
} from './protocol.js';

/** What a run has done so far. Calls that a cache answered cost nothing; those of a journal are not made at all. */
export interface RunUsage extends Spent {
  /** Calls that a cache, or an equal call at the same time, answered. */
  cachedCalls: number;
  /** Calls that failed for good. */
  failedCalls: number;
  /** Calls on the way. */
  open: number;
  /** By model and predictor, in the order of their first answers. */
  ledger: readonly LedgerEntry[];
}

/** How a run ended. @internal */
export interface Ended {
  state: Exclude<StepOutput['state'], 'running'>;
  reason: string;
  /** What made it fail, for programs, as `journal_other_run`; empty where the core has no code for it. */
  code: string;
  result: unknown;
  best: { program: Offer; score: number } | null;
  spent: Required<Usage> & { runs: number };
}

/** @internal */
export interface DriverOptions {
  /** Line 1 of the session. */
  spec: string;
  lm: LM | undefined;
  /** The second model of the prompt format `two_step`. */
  extractionLM: LM | undefined;
  concurrency: number;
  cache: Cache | false | undefined;
  caching: Caching | undefined;
  journal: Journal | undefined;
  signal: AbortSignal | undefined;
  /** After so many the run is stopped. */
  seconds: number | undefined;
  metric: MetricFunction | undefined;
  /** The rows by set, for metrics. */
  data: Readonly<Record<string, readonly Row[]>>;
  /** The program, where JavaScript runs it. */
  program: Runnable | undefined;
  /** How its predictors read replies that do not say. */
  compat: Compat | undefined;
}

/** What a metric is asked. */
interface Judged {
  set: string;
  row: number;
  example: Row;
  prediction: Row;
  trace?: MetricTrace;
}

/** What a program of JavaScript is asked. */
interface HostRun {
  program: string;
  inputs: never;
  config: LMConfig;
}

/**
 * After so many failures in a row nobody expects the next call to succeed, nor before as many have failed as may be on the
 * way at once: the last calls of a run may be just those that were tried longest.
 */
const mostFailures = 5;

/**
 * Performs what a session of the core asks for: takes as many effects as there are free slots, and answers in whatever
 * order they are done. Journal lines are safe before anything follows from them.
 * @internal
 */
export class Driver {
  readonly #counts = { cachedCalls: 0, failedCalls: 0, open: 0 };
  readonly #ledger = new Ledger();
  /** What ended the run, if an error of the host did. */
  cause: unknown;

  readonly #prepare: () => DriverOptions;
  readonly #onEvent: (event: RunEvent) => void;
  #prepared: DriverOptions | undefined;
  #limit = new Limit(1);
  #cache: Cache | undefined;
  readonly #abort = new AbortController();
  readonly #calls = new Set<AbortController>();
  readonly #flights = new Map<string, Promise<LMResponse>>();
  readonly #programs = new Map<string, Runnable>();
  readonly #open = new Set<Promise<void>>();
  /** Failures that may only mean that the model is gone: told when another call shows that it is not. */
  #held: { id: string; error: LMError; at: number }[] = [];
  #failures = 0;
  #failedAt = 0;
  #succeeded = false;
  /** Counts what happens, to tell before from after. */
  #now = 0;
  #scored = false;
  #lines = '';
  #nested: { line: string; resolve: (reply: NestedReply) => void; reject: (error: unknown) => void }[] = [];
  #wake: (() => void) | undefined;
  /** Something has happened since the last step began, while nothing may have been waiting for it. */
  #stirred = false;
  #paused = false;
  #best: Ended['best'] = null;

  /** @param prepare called once the core is there. */
  constructor(prepare: () => DriverOptions, onEvent: (event: RunEvent) => void) {
    this.#prepare = prepare;
    this.#onEvent = onEvent;
  }

  get #options(): DriverOptions {
    return this.#prepared as DriverOptions; // nothing asks for them before run()
  }

  get usage(): RunUsage {
    return { ...this.#ledger.total, ...this.#counts, ledger: this.#ledger.entries };
  }

  get best(): Ended['best'] {
    return this.#best;
  }

  pause(): void {
    this.#paused = true;
  }
  resume(): void {
    this.#paused = false;
    this.#notify();
  }
  stop(reason: string): void {
    this.#say(stopLine(reason));
  }

  async run(): Promise<Ended> {
    await ready({ all: true });
    this.#prepared = this.#prepare();
    const { journal, signal, spec, concurrency, cache, seconds } = this.#options;
    this.#limit = new Limit(concurrency);
    this.#cache = cache === false ? undefined : (cache ?? memoryCache());
    const abort = () => {
      this.#giveUp(signal?.reason);
      this.stop('aborted');
    };
    const session = new CoreSession(`${spec}\n${(await journal?.read()) ?? ''}`);
    const deadline = seconds === undefined ? undefined : setTimeout(() => this.stop('deadline'), 1000 * seconds);
    try {
      session.open();
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
      return await this.#loop(session);
    } finally {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', abort);
      this.#giveUp();
      session.dispose();
      await journal?.close?.();
    }
  }

  async #loop(session: CoreSession): Promise<Ended> {
    const breath = new Breath();
    for (;;) {
      await breath.take();
      const idle = this.#open.size === 0;
      const out = await this.#step(session);
      if (out.state !== 'running' && this.#open.size === 0 && this.#lines === '' && this.#nested.length === 0) {
        return { ...readJson<Omit<Ended, 'state'>>(session.result()), state: out.state };
      }
      if (out.state === 'failed') this.#giveUp();
      for (const effect of out.effects) this.#begin(effect);
      if (out.more || this.#lines || this.#nested.length) continue;
      if (idle && !this.#stirred) this.#settle();
      if (this.#lines || this.#stirred) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** One exchange with the core. */
  async #step(session: CoreSession): Promise<StepOutput> {
    const nested = this.#nested;
    const busy = this.#open.size + this.#held.length;
    const slots = this.#paused || this.#gone() ? 0 : Math.max(0, this.#options.concurrency - busy);
    const lines = this.#lines + nested.map(({ line }) => line).join('') + takeLine(slots);
    this.#lines = '';
    this.#nested = [];
    this.#stirred = false;
    try {
      const out = readStep(session.step(lines), nested.length);
      if (out.journal) await this.#options.journal?.append(out.journal);
      for (const event of out.events) this.#event(event);
      nested.forEach(({ resolve }, i) => {
        resolve(out.nested[i] as NestedReply);
      });
      return out;
    } catch (error) {
      for (const { reject } of nested) reject(error);
      throw error;
    }
  }

  #event(text: string): void {
    const event = readJson<RunEvent>(text);
    if (event.event === 'program') this.#learn(event.program, text);
    if (event.event === 'offer' && event.best) this.#best = { program: event.program, score: event.score };
    this.#onEvent(event);
  }

  /** A program that is going to be run, from its predictors' states. */
  #learn(hash: string, event: string): void {
    const { program } = this.#options;
    if (!program || this.#programs.has(hash)) return;
    const states = members(members(event, 'An event').get('predictors') as string, 'An event');
    this.#programs.set(
      hash,
      program.mapPredictors((predictor, name) => predictor.withState(states.get(name) as string)),
    );
  }

  #begin(effect: Effect): void {
    const task = this.#perform(effect)
      .catch((error) => this.#fail(effect.id, error))
      .finally(() => {
        this.#open.delete(task);
        this.#notify();
      });
    this.#open.add(task);
  }

  async #perform({ id, kind, path, request }: Effect): Promise<void> {
    if (kind === 'lm') {
      const { text, usage } = await this.#call(this.#lm(), request);
      this.#say(answerLine(id, JSON.stringify(text), usage));
    } else if (kind === 'metric') {
      this.#say(answerLine(id, await this.#score(request)));
    } else if (kind === 'rollout') {
      this.#say(answerLine(id, await this.#rollout(id, request)));
    } else {
      throw new CoreError('core_protocol', `The core asks for something unknown: ${kind} at ${path}.`);
    }
  }

  #lm(): LM {
    const { lm } = this.#options;
    if (!lm) throw new CoreError('core_protocol', 'The core asks a model, but the run has none.');
    return lm;
  }

  /** Asks the model, once for all who ask the same at the same time. */
  async #call(
    lm: LM,
    text: string,
    asking: Asking = {},
  ): Promise<{ text: string; usage: Usage; response: LMResponse }> {
    const key = `${lm.model}\n${text}`; // equal requests are the same text
    const known = this.#flights.get(key);
    const flight = known ?? this.#limit.run(() => this.#ask(lm, text, asking)).finally(() => this.#flights.delete(key));
    if (!known) this.#flights.set(key, flight);
    const response = await flight;
    if (known || response.cached) ++this.#counts.cachedCalls;
    // The usage is the same from a cache, so that a run does not depend on what happens to be known.
    const price = priceFor(lm);
    const used = callUsage(() => byteLength(text), response, price);
    const nanousd = price ? costOf(used, price) : 0;
    return {
      text: response.text,
      usage: { calls: 1, tokens: used.inputTokens + used.outputTokens, nanousd },
      response,
    };
  }

  async #ask(lm: LM, text: string, asking: Asking): Promise<LMResponse> {
    const counts = this.#counts;
    const controller = new AbortController(); // one for each call: Node warns of many listeners on one signal
    if (this.#abort.signal.aborted) controller.abort();
    this.#calls.add(controller);
    ++counts.open;
    const began = ++this.#now;
    try {
      const response = await ask(lm, requestFromText(text), { signal: controller.signal }, this.#cache, {
        ...asking,
        caching: this.#options.caching,
        text,
      });
      this.#succeeded = true;
      if (began > this.#failedAt) this.#failures = 0;
      this.#release(began);
      if (!response.cached) {
        const usage = callUsage(() => byteLength(text), response, priceFor(lm));
        this.#ledger.add(lm.model, asking.predictor, usage);
      }
      return response;
    } catch (thrown) {
      const error = this.#modelError(lm, thrown);
      ++counts.failedCalls;
      if (error instanceof LMError && error.transient) {
        ++this.#failures;
        this.#failedAt = ++this.#now;
      }
      throw error;
    } finally {
      --counts.open;
      this.#calls.delete(controller);
    }
  }

  /** Gives up the calls on the way. */
  #giveUp(reason?: unknown): void {
    this.#abort.abort(reason);
    for (const call of this.#calls) call.abort(reason);
  }

  /** Whatever a model of the user's own may throw. */
  #modelError(lm: LM, thrown: unknown): StropError {
    if (this.#abort.signal.aborted) return new LMAbortedError();
    if (thrown instanceof StropError) return thrown;
    return new LMError('lm_error', `${lm.model} failed: ${messageOf(thrown)}`, true, { cause: thrown });
  }

  async #score(text: string): Promise<string> {
    const { metric, data } = this.#options;
    if (!metric) throw new CoreError('core_protocol', 'The core asks for a metric, but the run has none of its own.');
    const { set, row, example, prediction, trace } = readJson<Judged>(text);
    let result: unknown;
    try {
      result = await metric(data[set]?.[row] ?? example, prediction, trace);
    } catch (error) {
      throw new MetricError('metric_threw', `The metric threw on row ${row} of ${set}: ${messageOf(error)}`, {
        cause: error,
      });
    }
    const score = scoreOf(result);
    this.#scored = true;
    return JSON.stringify(score);
  }

  async #rollout(id: string, text: string): Promise<string> {
    const { program: hash, inputs, config } = readJson<HostRun>(text);
    const program = this.#programs.get(hash);
    if (!program) throw new CoreError('core_protocol', `The core runs a program that it has not told of: ${hash}.`);
    const trace: TraceStep[] = [];
    const { lm, extractionLM, compat } = this.#options;
    const context: RunContext = {
      options: {
        ...(lm ? { lm } : {}),
        ...(extractionLM ? { extractionLM } : {}),
        ...(compat ? { compat } : {}),
        config,
        signal: this.#abort.signal,
        cache: false,
      },
      trace,
      ask: (model, request, predictor, _, parent) =>
        this.#nestedCall(id, model, requestText(request), { predictor, parent }),
    };
    const prediction = await runIn(program, inputs as never, context);
    const steps = trace
      .filter(({ unreadable }) => !unreadable)
      .map(({ predictor, inputs, outputs }) => ({ predictor, inputs, outputs }));
    return JSON.stringify({ prediction, trace: steps });
  }

  /** A call that a rollout makes: the core journals it, or knows its answer. */
  async #nestedCall(parent: string, lm: LM, text: string, asking: Asking & { predictor: string }): Promise<LMResponse> {
    const reply = await new Promise<NestedReply>((resolve, reject) => {
      const reserve = { calls: 1, tokens: 0 };
      this.#nested.push({ line: nestedLine(parent, reserve, asking.predictor, text), resolve, reject });
      this.#notify();
    });
    if ('answer' in reply) return { text: JSON.parse(reply.answer), cached: true };
    if ('fault' in reply) throw new NestedError(reply.fault, reply.message);
    try {
      const { text: answer, usage, response } = await this.#call(lm, text, asking);
      this.#say(answerLine(reply.open, JSON.stringify(answer), usage));
      return response;
    } catch (error) {
      const fault = this.#faultOf(error);
      this.#say(failureLine(reply.open, fault === 'transient' && this.#gone() ? 'fatal' : fault, messageOf(error)));
      throw error;
    }
  }

  #fail(id: string, error: unknown): void {
    const fault = this.#faultOf(error);
    if (fault === 'transient' && error instanceof LMError && !this.#abort.signal.aborted) {
      this.#held.push({ id, error, at: this.#now });
      return;
    }
    if (fault === 'fatal') this.cause ??= error;
    this.#say(failureLine(id, fault, messageOf(error)));
  }

  /** Whether there is no sign of the model any more: no call has ever succeeded, or none of the last ones. */
  #gone(): boolean {
    return this.#failures >= (this.#succeeded ? Math.max(mostFailures, this.#options.concurrency) : 1);
  }

  /** The model was there at that time, so what failed before was the failed call's own misfortune. */
  #release(now: number): void {
    const held = this.#held;
    this.#held = held.filter(({ at }) => at >= now);
    for (const { id, error, at } of held) if (at < now) this.#say(failureLine(id, 'transient', error.message));
  }

  /** Nothing is on the way any more, and failures are held. */
  #settle(): void {
    const [first] = this.#held;
    if (!first || this.#open.size > 0) return;
    if (!this.#gone()) {
      this.#release(Number.POSITIVE_INFINITY);
      return;
    }
    this.#held = [];
    this.cause ??= first.error;
    this.#say(failureLine(first.id, 'fatal', first.error.message));
  }

  #faultOf(error: unknown): Fault {
    if (error instanceof NestedError) return error.fault;
    if (error instanceof AdapterParseError) return 'parse';
    if (error instanceof LMAbortedError) return 'transient';
    if (error instanceof LMContextWindowError) return 'program';
    if (error instanceof LMError) return error.transient ? 'transient' : 'fatal';
    if (error instanceof MetricError) return error.code === 'bad_score' && !this.#scored ? 'fatal' : 'program';
    if (error instanceof ConfigurationError || error instanceof CoreError || error instanceof StoreError)
      return 'fatal';
    return 'program';
  }

  #say(line: string): void {
    this.#lines += line;
    this.#notify();
  }
  #notify(): void {
    this.#stirred = true;
    this.#wake?.();
    this.#wake = undefined;
  }
}

/** What the core said of a nested call, on its way back through the program. */
class NestedError extends StropError {
  protected static override readonly className: string = 'NestedError';
  readonly fault: Fault;
  constructor(fault: Fault, message: string) {
    super(`nested_${fault}`, message);
    this.fault = fault;
  }
}
