import type { Evaluation } from '../evaluate/evaluate.js';
import type { Row } from '../program/runnable.js';

/** The fields of rows, in the order in which they come up. @internal */
export function columnsOf(rows: readonly (Row | null)[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row ?? {})) names.add(name);
  return [...names];
}

/** A value as a person reads it: a text as it is, anything else as JSON. @internal */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** @internal */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** The score in a line. @internal */
export function summary({ score, n, missing, skipped, interval, usage }: Evaluation): string {
  const [low, high] = interval;
  const without = missing > 0 ? `; ${missing} without an answer, which are not counted` : '';
  const unread = skipped > 0 ? `; ${skipped} could not be read` : '';
  const tokens = usage.inputTokens + usage.outputTokens;
  return `${percent(score)} on ${n} rows, 95 % interval ${percent(low)} to ${percent(high)}${without}${unread}; ${usage.calls} calls, ${tokens} tokens`;
}
