import { ConfigurationError, LMAbortedError, RunError } from '../errors.js';
import type { Row, Runnable } from '../program/runnable.js';
import type { RunEvent, Score } from '../run/events.js';
import { Run } from '../run/run.js';
import { checkRows, driverOptions } from '../run/spec.js';
import type { EvaluateOptions, Evaluation, RowResult, RowUsage } from './evaluate.js';
import type { Metric } from './metrics.js';

/** `evaluate`, once it is loaded. @internal */
export async function evaluateRows<E extends Row>(
  program: Runnable,
  source: Iterable<E> | AsyncIterable<E>,
  metric: Metric<E>,
  options: EvaluateOptions,
): Promise<Evaluation<E>> {
  const { rows, skipped } = await listOf(source);
  checkRows(rows, 'rows');
  const { budget, failureScore, strict } = options;
  const maxErrors = options.maxErrors ?? (strict ? 0 : Number.POSITIVE_INFINITY);
  if (!(maxErrors >= 0)) {
    throw new ConfigurationError('bad_max_errors', `maxErrors must be a number from 0, not ${maxErrors}.`);
  }
  const task = { task: 'evaluate', budget, failureScore };
  const sets = { rows: { name: 'rows', rows } };
  const rowUsage = rows.map((): RowUsage => ({ calls: 0, cachedCalls: 0, inputTokens: 0, outputTokens: 0 }));
  let errors = 0;
  let tooMany = '';
  const onEvent = (event: RunEvent) => {
    if (event.event === 'row' && (event.error !== undefined || event.score === null) && ++errors > maxErrors) {
      tooMany ||= `Row ${event.row} failed: ${event.error ?? 'there is no answer'}. At most ${maxErrors} may.`;
      run.stop(tooMany);
    }
    options.onEvent?.(event);
  };
  const run: Run<Evaluation<E>, undefined> = new Run(
    () => ({
      ...driverOptions(task, program, metric as Metric, sets, options), // the metric is given the caller's own rows
      onCall: (path, { cached, inputTokens, outputTokens }) => {
        const usage = rowUsage[rowOf(path)];
        if (!usage) return;
        if (cached) {
          ++usage.cachedCalls;
          return;
        }
        ++usage.calls;
        usage.inputTokens += inputTokens;
        usage.outputTokens += outputTokens;
      },
    }),
    () => undefined,
    (ended, { seconds, state: _, ...usage }) => {
      if (tooMany) throw new RunError('evaluation_errors', tooMany);
      if (ended.state === 'done') {
        const found = ended.result as Score & { rows: Omit<RowResult<E>, 'example'>[] };
        const results = found.rows.map((row, i) => ({ example: rows[i] as E, ...row }));
        return { ...found, rows: results, usage, rowUsage, seconds, skipped };
      }
      if (options.signal?.aborted)
        throw new LMAbortedError('The evaluation was aborted.', { cause: options.signal.reason });
      const why = `${ended.state === 'budget' ? 'the budget does not reach for all rows: ' : ''}${ended.reason}`;
      throw new RunError(`evaluation_${ended.state}`, `The evaluation ended without a score: ${why}.`);
    },
    onEvent,
  );
  return run;
}

/** The row that a path in the run belongs to: `evaluate/row[7]/lm`. */
function rowOf(path: string): number {
  return Number(/\/row\[(\d+)\]/.exec(path)?.[1] ?? 0);
}

/** All rows, as the core takes no fewer; and how many could not be read. */
async function listOf<E>(source: Iterable<E> | AsyncIterable<E>): Promise<{ rows: readonly E[]; skipped: number }> {
  if (Array.isArray(source)) return { rows: source, skipped: 0 };
  if (!(Symbol.asyncIterator in source || Symbol.iterator in source)) return { rows: source, skipped: 0 }; // told by checkRows
  const rows: E[] = [];
  for await (const row of source) rows.push(row);
  return { rows, skipped: 'skipped' in source && typeof source.skipped === 'number' ? source.skipped : 0 };
}
