import { MetricError, quote } from '../errors.js';
import type { Embedder } from '../lm/embeddings.js';
import type { Row } from '../program/runnable.js';
import { jsonDifference } from './json-difference.js';
import type { MetricFunction, MetricResult } from './metrics.js';

/** A metric of one field: what the row has there, and what the prediction has. */
function ofField(
  field: string,
  version: unknown,
  score: (expected: unknown, actual: unknown) => MetricResult | Promise<MetricResult>,
): MetricFunction {
  const metric: MetricFunction = (example: Row, prediction: Row) => {
    if (!(field in prediction)) throw new MetricError('no_field', `The prediction has no \`${field}\`.`);
    return score(example[field], prediction[field]);
  };
  metric.version = `${score} ${JSON.stringify([field, version])}`;
  return metric;
}

/** A value in a few words. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return quote(typeof value === 'string' ? value : JSON.stringify(value), 120);
}

/** How texts are looked for. */
export interface ContainsOptions {
  /** Whether A and a differ; not unless given. */
  caseSensitive?: boolean;
}

/**
 * 1 if the field contains the row's text, or one of the texts where the row has a list of them.
 *
 * @example await evaluate(qa, rows, contains('answer'));
 */
export function contains(field: string, { caseSensitive = false }: ContainsOptions = {}): MetricFunction {
  const plain = (value: unknown) => {
    const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).normalize().trim();
    return caseSensitive ? text : text.toLowerCase();
  };
  return ofField(field, caseSensitive, (expected, actual) => {
    const texts = (Array.isArray(expected) ? expected : [expected]).map(plain);
    if (texts.every((text) => text === '')) throw new MetricError('no_text', `The row has no text in \`${field}\`.`);
    const whole = plain(actual);
    if (texts.some((text) => text !== '' && whole.includes(text))) return { score: 1 };
    return { score: 0, feedback: `expected ${shown(expected)} within ${shown(actual)}` };
  });
}

/**
 * 1 if the field matches a pattern of yours; no value of the row is needed. The time it takes is the pattern's: one
 * without repetitions within repetitions takes little.
 *
 * @example await evaluate(triage, rows, matches('id', /^T-\d+$/));
 */
export function matches(field: string, pattern: RegExp): MetricFunction {
  const own = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')); // which keep where they were
  return ofField(field, String(own), (_, actual) => {
    const text = typeof actual === 'string' ? actual : (JSON.stringify(actual) ?? '');
    return own.test(text) ? { score: 1 } : { score: 0, feedback: `${shown(actual)} does not match ${own}` };
  });
}

/** How far a number may be off. With both it is enough to be within one. */
export interface NumericOptions {
  /** As a share of the row's number: 0.01 is a percent. */
  relative?: number;
  /** In the number's own unit. */
  absolute?: number;
}

/**
 * 1 if the field is the row's number, but for a tolerance; 0 where one of them is no number. Texts may be numbers, also
 * `1,234.5` and `12 %`.
 *
 * @example await evaluate(estimate, rows, numeric('price', { relative: 0.05 }));
 */
export function numeric(field: string, { relative = 0, absolute = 0 }: NumericOptions = {}): MetricFunction {
  return ofField(field, [relative, absolute], (expected, actual) => {
    const [wanted, given] = [numberOf(expected), numberOf(actual)];
    if (wanted === undefined)
      throw new MetricError('no_number', `The row's \`${field}\` is no number: ${shown(expected)}.`);
    if (given === undefined) return { score: 0, feedback: `expected a number, got ${shown(actual)}` };
    const off = given - wanted;
    // What binary fractions cannot hold shall not decide: 0.3 is within 0.1 of 0.2.
    const slack = 4 * Number.EPSILON * Math.max(Math.abs(wanted), Math.abs(given));
    if (Math.abs(off) <= Math.max(absolute, relative * Math.abs(wanted)) + slack) return { score: 1 };
    const far = wanted === 0 ? '' : ` (${((100 * off) / Math.abs(wanted)).toPrecision(2)} %)`;
    return { score: 0, feedback: `expected ${wanted}, got ${given}: off by ${Number(off.toPrecision(6))}${far}` };
  });
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 400) return undefined;
  const [, digits, percent] =
    /^\s*([-+]?(?:\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?:\.\d*)?(?:e[-+]?\d+)?)\s*(%?)\s*$/i.exec(value) ?? [];
  if (digits === undefined) return undefined;
  const number = Number(digits.replaceAll(',', '')) / (percent ? 100 : 1);
  return Number.isFinite(number) ? number : undefined;
}

/**
 * How far two lists have the same members, from 0 to 1: the F1 of the field's and the row's, whatever their order. Each
 * counts once; texts are equal but for case and the spaces around them.
 *
 * @example await evaluate(extract, rows, setF1('names'));
 */
export function setF1(field: string): MetricFunction {
  return ofField(field, undefined, (expected, actual) => {
    if (!Array.isArray(expected))
      throw new MetricError('no_list', `The row's \`${field}\` is no list: ${shown(expected)}.`);
    if (!Array.isArray(actual)) return { score: 0, feedback: `expected a list, got ${shown(actual)}` };
    const [wanted, given] = [membersOf(expected), membersOf(actual)];
    const missing = [...wanted].filter(([key]) => !given.has(key)).map(([, item]) => item);
    const extra = [...given].filter(([key]) => !wanted.has(key)).map(([, item]) => item);
    if (missing.length === 0 && extra.length === 0) return { score: 1 };
    const shared = wanted.size - missing.length;
    const told = [
      ...(missing.length ? [`missing ${shown(missing)}`] : []),
      ...(extra.length ? [`too much ${shown(extra)}`] : []),
    ];
    return { score: (2 * shared) / (wanted.size + given.size), feedback: told.join('; ') };
  });
}

function membersOf(list: readonly unknown[]): Map<string, unknown> {
  return new Map(
    list.map((item) => [canonical(typeof item === 'string' ? item.normalize().trim().toLowerCase() : item), item]),
  );
}

/** As JSON, with keys in their order, so that equal values are equal texts. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, item) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ) ?? 'null'
  );
}

/**
 * 1 if the field is the row's value, member by member; the feedback says where they first differ. The order of keys is no
 * matter, that of lists is; a text that the row has for an object or a list is read as JSON.
 *
 * @example await evaluate(extract, rows, jsonEqual('invoice'));
 */
export function jsonEqual(field: string): MetricFunction {
  return ofField(field, undefined, (expected, actual) => {
    const difference = jsonDifference(asValue(expected, actual), asValue(actual, expected));
    if (!difference) return { score: 1 };
    return {
      score: 0,
      feedback: `${difference.path}: expected ${shown(difference.expected)}, got ${shown(difference.actual)}`,
    };
  });
}

/** A text beside something that is none may be its JSON, as in rows of CSV. */
function asValue(value: unknown, other: unknown): unknown {
  if (typeof value !== 'string' || typeof other === 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value; // plain text, which then differs
  }
}

/** Texts as vectors of one length, one for each text, in their order: an {@link Embedder}, or a function of yours. */
export type Embedding = Embedder | ((texts: string[]) => Promise<readonly (readonly number[])[]>);

/**
 * How near the field's text is to the row's in an embedding: their cosine, and 0 where it is negative.
 *
 * @example await evaluate(summarize, rows, similarity('summary', openaiEmbeddings({ model: 'text-embedding-3-small' })));
 */
export function similarity(field: string, embedder: Embedding): MetricFunction {
  const own = typeof embedder === 'function';
  return ofField(field, own ? String(embedder) : embedder.model, async (expected, actual) => {
    const texts = [expected, actual].map((value) =>
      typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
    );
    const [a, b] = own ? await embedder(texts) : (await embedder.embed(texts)).vectors;
    if (!a || !b || a.length === 0 || a.length !== b.length) {
      throw new MetricError('bad_embedding', 'The embedder must give a vector for each text, all of one length.');
    }
    let [dot, aa, bb] = [0, 0, 0];
    a.forEach((x, i) => {
      const y = b[i] as number;
      dot += x * y;
      aa += x * x;
      bb += y * y;
    });
    const cosine = aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa) / Math.sqrt(bb);
    return Math.min(1, Math.max(0, cosine));
  });
}
