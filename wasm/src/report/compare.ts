import { callCore, ready } from '../core/core.js';
import { InputError } from '../errors.js';
import { jsonDifference } from '../evaluate/json-difference.js';
import type { Row } from '../program/runnable.js';

/** What a comparison needs of an evaluation; a saved one will do. */
export interface Scored {
  /** The rows in their order, with their scores. */
  readonly rows: readonly { readonly example: Row; readonly score: number | null }[];
}

/** How evaluations are compared. */
export interface CompareOptions {
  /** From which score on a row counts as right, for the flips; 1 unless given. */
  right?: number;
}

/** What is different between two evaluations over the same rows. */
export interface Comparison {
  /** How many rows have a score in both; the others are left out. */
  readonly n: number;
  /** How many rows lack a score in one of them. */
  readonly missing: number;
  /** The first evaluation on these rows, with its 95 % interval. */
  readonly before: { readonly score: number; readonly interval: readonly [number, number] };
  /** The second. */
  readonly after: { readonly score: number; readonly interval: readonly [number, number] };
  /** Row by row: the mean of the second's score minus the first's. */
  readonly difference: {
    readonly mean: number;
    /** 95 %, of the percentile bootstrap over the rows' differences. */
    readonly interval: readonly [number, number];
    /** Of the exact two-sided sign test over the rows that differ; of scores of 0 and 1 that is McNemar's. */
    readonly p: number;
  };
  /** `improved`, `worse`, `no headroom` where the first was right on every row, else `not distinguishable`. */
  readonly verdict: string;
  /** The rows that were wrong and are right, by their number. */
  readonly fixed: readonly number[];
  /** The rows that were right and are wrong, by their number. */
  readonly broken: readonly number[];
}

/**
 * Compares two evaluations over the same rows, row by row, which tells more than two intervals side by side.
 *
 * @example
 * const { verdict, difference, broken } = await compare(await evaluate(old, rows, metric), await evaluate(fresh, rows, metric));
 *
 * @throws {InputError} if they are not over the same rows, or no row has a score in both.
 */
export async function compare(before: Scored, after: Scored, { right = 1 }: CompareOptions = {}): Promise<Comparison> {
  if (before.rows.length !== after.rows.length) {
    throw new InputError(
      'other_rows',
      `Only evaluations over the same rows can be compared: these have ${before.rows.length} and ${after.rows.length}.`,
    );
  }
  const pairs: [number, number, number][] = [];
  before.rows.forEach((a, i) => {
    const b = after.rows[i] as Scored['rows'][number];
    const difference = a.example === b.example ? undefined : jsonDifference(a.example, b.example, `rows[${i}]`);
    if (difference) {
      throw new InputError(
        'other_rows',
        `Only evaluations over the same rows can be compared: ${difference.path} is not the same in both.`,
      );
    }
    if (a.score !== null && b.score !== null) pairs.push([i, a.score, b.score]);
  });
  if (pairs.length === 0) throw new InputError('no_rows', 'No row has a score in both evaluations.');
  await ready({ all: true });
  const scores = { before: pairs.map(([, x]) => x), after: pairs.map(([, , y]) => y) };
  const found = JSON.parse(callCore('compareScores', JSON.stringify(scores)));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    n: pairs.length,
    missing: before.rows.length - pairs.length,
    before: { score: mean(scores.before), interval: found.before },
    after: { score: mean(scores.after), interval: found.after },
    difference: found.difference,
    verdict: found.verdict,
    fixed: pairs.filter(([, x, y]) => x < right && y >= right).map(([i]) => i),
    broken: pairs.filter(([, x, y]) => x >= right && y < right).map(([i]) => i),
  };
}
