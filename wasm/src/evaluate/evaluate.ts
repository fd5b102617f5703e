import type { Row, Runnable } from '../program/runnable.js';
import type { RunUsage } from '../run/driver.js';
import type { RunEvent, Score } from '../run/events.js';
import type { Budget, SessionOptions } from '../run/spec.js';
import type { Metric } from './metrics.js';

/** What an evaluation may be told. */
export interface EvaluateOptions extends SessionOptions {
  /** What the evaluation may take. Where that does not reach for all rows, there is no score. */
  budget?: Budget;
  /** The score of a run that failed or whose reply could not be read; 0 unless given. */
  failureScore?: number;
  /** Told of each row, in the order of the rows. */
  onEvent?: (event: RunEvent) => void;
  /** Ends the evaluation once more rows than this have failed or are missing; otherwise it goes through all rows. */
  maxErrors?: number;
  /** Ends it at the first row that fails or is missing: `maxErrors: 0`. */
  strict?: boolean;
}

/** What the calls for one row took, this time: those that a journal knows are not made. */
export interface RowUsage {
  /** Calls that reached a model, a judge's too. */
  calls: number;
  /** Calls that a cache, or an equal call at the same time, answered. */
  cachedCalls: number;
  /** Of prompts. */
  inputTokens: number;
  /** Of answers. */
  outputTokens: number;
}

/** What became of one row. */
export interface RowResult<E extends Row = Row> {
  /** The row itself. */
  readonly example: E;
  /** `null` if no answer was to be had, which is not a zero. */
  readonly score: number | null;
  /** The outputs, or `null` where there are none. */
  readonly prediction: Row | null;
  /** Why there is no prediction, or why it failed. */
  readonly error?: string;
  /** What the metric said of it. */
  readonly feedback?: string;
}

/** What an evaluation found. */
export interface Evaluation<E extends Row = Row> extends Score {
  /** What became of each row, in the order of the rows. */
  readonly rows: readonly RowResult<E>[];
  /** What the evaluation took. */
  readonly usage: RunUsage;
  /** What each row's calls took, in the order of the rows. */
  readonly rowUsage: readonly RowUsage[];
  /** From the call to its end. */
  readonly seconds: number;
  /** How many rows of a {@link RowReader} could not be read, and so are not in it. */
  readonly skipped: number;
}

/**
 * Runs a program on rows and scores it, many at a time.
 *
 * A reply that cannot be read, or a program that throws, is scored as a failure and reported in its row. A row without
 * any answer is missing, not a zero.
 *
 * @param rows a list, or whatever gives rows, such as `readRows`; they are kept, as is what became of each.
 * @throws {RunError} if not one row could be scored, the budget did not reach, or more rows failed than `maxErrors`; its
 *   cause is the model's error, if there is one.
 * @throws {LMAbortedError} if the signal ended it.
 *
 * @example
 * const { score, interval } = await evaluate(triage, rows, exact('label'), { lm });
 */
export async function evaluate<E extends Row>(
  program: Runnable,
  rows: Iterable<E> | AsyncIterable<E>,
  metric: Metric<E>,
  options: EvaluateOptions = {},
): Promise<Evaluation<E>> {
  const { evaluateRows } = await import('./evaluate-rows.js'); // all that goes on in a run, which predictions do not need
  return evaluateRows(program, rows, metric, options);
}
