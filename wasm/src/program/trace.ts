import { Ledger, type Spent } from '../lm/ledger.js';
import type { LMMessage, LMUsage } from '../lm/types.js';

/** One call of a predictor. */
export interface TraceStep {
  /** The predictor's name in the program, as in saved state: `answer.predict`, `steps[0]`, `self`. */
  predictor: string;
  /** What it was given. */
  inputs: Readonly<Record<string, unknown>>;
  /** What was read from the reply. */
  outputs: Readonly<Record<string, unknown>>;
  /** The reply could not be read, and with `compat: 'dspy'` the next step asked again; there are no outputs. */
  unreadable?: true;
  /** What was sent. */
  messages: readonly LMMessage[];
  /** The reply as it came. */
  reply: string;
  /** The name of the model that answered. */
  model: string;
  /** Absent if the reply came from a cache. */
  usage?: TraceUsage;
  /** How the outputs were found in the reply by a second model, with the prompt format `two_step`. */
  extraction?: readonly TraceCall[];
}

/** One call of a model within a step. */
export interface TraceCall {
  /** What was sent. */
  messages: readonly LMMessage[];
  /** The reply as it came. */
  reply: string;
  /** The name of the model that answered. */
  model: string;
  /** Absent if the reply came from a cache. */
  usage?: TraceUsage;
}

/** The tokens of a call. */
export interface TraceUsage extends LMUsage {
  /** Whether the tokens are counted at four bytes each, as the server does not tell. */
  estimated: boolean;
  /** What they cost in US dollars, to the billionth; absent if the model's price is not known. */
  costUSD?: number;
}

/** The predictor calls of one run, in the order in which they were answered. */
export type Trace = readonly TraceStep[];

const traces = new WeakMap<object, Trace>();

/**
 * How a prediction came about: every predictor call of the run that gave it.
 *
 * A trace belongs to the run. It is kept beside the prediction, so that this holds nothing but its fields.
 */
export function traceOf(prediction: object): Trace {
  return traces.get(prediction) ?? [];
}

/** The tokens that a prediction has cost, and the dollars if the price of every model that was asked is known. */
export function usageOf(prediction: object): Spent {
  const ledger = new Ledger();
  for (const step of traceOf(prediction)) {
    for (const { usage, model } of [step, ...(step.extraction ?? [])]) {
      if (usage) ledger.add(model, step.predictor, usage);
    }
  }
  return ledger.total;
}

/** A prediction with its trace; a copy, if it is already the prediction of a part of the program. @internal */
export function withTrace<T extends object>(prediction: T, trace: Trace): T {
  const own = traces.has(prediction) ? { ...prediction } : prediction;
  traces.set(own, trace);
  return own;
}
