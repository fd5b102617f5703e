import { InputError, messageOf } from '../errors.js';
import type { Evaluation } from '../evaluate/evaluate.js';
import type { LedgerEntry } from '../lm/ledger.js';
import type { Row } from '../program/runnable.js';

const asList = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined);
const asObject = (value: unknown): Row | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : undefined;

/** An evaluation as JSON text, all of it; {@link fromJSON} reads it. */
export function toJSON(evaluation: Evaluation): string {
  return `${JSON.stringify(evaluation, null, 2)}\n`;
}

/**
 * An evaluation that was saved by {@link toJSON} or `strop eval --json`, to be compared with another or shown.
 *
 * @throws {InputError} if the text is none.
 */
export function fromJSON(text: string): Evaluation {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new InputError('bad_evaluation', `The saved evaluation is no JSON: ${messageOf(cause)}.`, { cause });
  }
  const wrong = (what: string) => new InputError('bad_evaluation', `This is no saved evaluation: ${what}.`);
  const number = (of: Row, key: string, path = '') => {
    const value = of[key];
    if (typeof value !== 'number') throw wrong(`\`${path}${key}\` must be a number`);
    return value;
  };
  const optional = (of: Row, key: string) => {
    const value = of[key];
    return typeof value === 'string' ? { [key]: value } : {};
  };
  const whole = asObject(json);
  const given = asList(whole?.rows);
  const ends = asList(whole?.interval);
  if (!whole || !given) throw wrong('it has no `rows`');
  if (ends?.length !== 2 || !ends.every((end) => typeof end === 'number'))
    throw wrong('`interval` must be two numbers');
  const usageOf = (value: unknown, path: string) => {
    const usage = asObject(value);
    if (!usage) throw wrong(`\`${path}\` must be an object`);
    const count = (key: string) => number(usage, key, `${path}.`);
    return {
      calls: count('calls'),
      cachedCalls: count('cachedCalls'),
      inputTokens: count('inputTokens'),
      outputTokens: count('outputTokens'),
    };
  };
  const spentBeyond = (usage: Row, path: string) => ({
    cachedInputTokens: number(usage, 'cachedInputTokens', `${path}.`),
    reasoningTokens: number(usage, 'reasoningTokens', `${path}.`),
    estimated: usage.estimated === true,
    ...(usage.costUSD === undefined ? {} : { costUSD: number(usage, 'costUSD', `${path}.`) }),
  });
  const rows = given.map((value, i) => {
    const row = asObject(value);
    const example = asObject(row?.example);
    if (!row || !example) throw wrong(`\`rows[${i}].example\` must be an object`);
    const { score } = row;
    if (score !== null && typeof score !== 'number') throw wrong(`\`rows[${i}].score\` must be a number or null`);
    return {
      example,
      score,
      prediction: asObject(row.prediction) ?? null,
      ...optional(row, 'error'),
      ...optional(row, 'feedback'),
    };
  });
  const usage = asObject(whole.usage);
  const ledger = (asList(usage?.ledger) ?? []).map((value, i): LedgerEntry => {
    const path = `usage.ledger[${i}]`;
    const entry = asObject(value);
    if (typeof entry?.model !== 'string') throw wrong(`\`${path}.model\` must be a text`);
    const count = (key: string) => number(entry, key, `${path}.`);
    return {
      model: entry.model,
      ...optional(entry, 'predictor'),
      calls: count('calls'),
      inputTokens: count('inputTokens'),
      outputTokens: count('outputTokens'),
      ...spentBeyond(entry, path),
    };
  });
  const usages = asList(whole.rowUsage);
  if (usages?.length !== rows.length) throw wrong('`rowUsage` must be a list as long as `rows`');
  return {
    score: number(whole, 'score'),
    n: number(whole, 'n'),
    missing: number(whole, 'missing'),
    interval: ends as unknown as readonly [number, number],
    rows,
    usage: {
      ...usageOf(usage, 'usage'),
      ...spentBeyond(usage as Row, 'usage'),
      failedCalls: number(usage as Row, 'failedCalls', 'usage.'),
      ledger,
      open: 0,
    },
    rowUsage: usages.map((each, i) => usageOf(each, `rowUsage[${i}]`)),
    seconds: number(whole, 'seconds'),
    skipped: number(whole, 'skipped'),
  };
}
