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

/** The tokens that a prediction has cost. */
export function usageOf(prediction: object): LMUsage & { calls: number; estimated: boolean } {
  const sum = { calls: 0, inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, estimated: false };
  const calls = traceOf(prediction).flatMap((step) => [step, ...(step.extraction ?? [])]);
  for (const { usage } of calls) {
    if (!usage) continue;
    ++sum.calls;
    sum.inputTokens += usage.inputTokens;
    sum.outputTokens += usage.outputTokens;
    sum.cachedInputTokens += usage.cachedInputTokens ?? 0;
    sum.estimated ||= usage.estimated;
  }
  return sum;
}

/** A prediction with its trace; a copy, if it is already the prediction of a part of the program. @internal */
export function withTrace<T extends object>(prediction: T, trace: Trace): T {
  const own = traces.has(prediction) ? { ...prediction } : prediction;
  traces.set(own, trace);
  return own;
}
