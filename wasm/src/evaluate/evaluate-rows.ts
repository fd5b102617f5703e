import { LMAbortedError, RunError } from '../errors.js';
import type { Row, Runnable } from '../program/runnable.js';
import type { Score } from '../run/events.js';
import { Run } from '../run/run.js';
import { checkRows, driverOptions } from '../run/spec.js';
import type { EvaluateOptions, Evaluation, RowResult } from './evaluate.js';
import type { Metric } from './metrics.js';

/** `evaluate`, once it is loaded. @internal */
export async function evaluateRows<E extends Row>(
  program: Runnable,
  rows: readonly E[],
  metric: Metric<E>,
  options: EvaluateOptions,
): Promise<Evaluation<E>> {
  checkRows(rows, 'rows');
  const { budget, failureScore } = options;
  const task = { task: 'evaluate', budget, failureScore };
  const sets = { rows: { name: 'rows', rows } };
  return new Run(
    () => driverOptions(task, program, metric as Metric, sets, options), // the metric is given the caller's own rows
    () => undefined,
    (ended, { seconds, state: _, ...usage }) => {
      if (ended.state === 'done') {
        const found = ended.result as Score & { rows: Omit<RowResult<E>, 'example'>[] };
        return { ...found, rows: found.rows.map((row, i) => ({ example: rows[i] as E, ...row })), usage, seconds };
      }
      if (options.signal?.aborted)
        throw new LMAbortedError('The evaluation was aborted.', { cause: options.signal.reason });
      const why = ended.state === 'budget' ? 'the budget does not reach for all rows' : ended.reason;
      throw new RunError(`evaluation_${ended.state}`, `The evaluation ended without a score: ${why}.`);
    },
    options.onEvent,
  );
}
