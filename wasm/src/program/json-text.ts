/**
 * Looks into JSON text without giving up its numbers: JavaScript would read `1.0` as `1` and round what is beyond
 * 2^53, while the core keeps both as Python wrote them.
 */
import { InputError, messageOf } from '../errors.js';

/**
 * JSON as the core writes it: numbers may be NaN, Infinity and -Infinity, as in Python. A model that answers `nan` where
 * a float is asked for brings them in.
 * @internal
 */
export function readJson<T = unknown>(text: string): T {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    let mark = 'NaN';
    while (text.includes(`"${mark}"`)) mark += '_';
    // Texts are matched first, so that words within them stay as they are.
    const plain = text.replace(/"(?:[^"\\]|\\.)*"|NaN|Infinity/g, (found) =>
      found === 'NaN' ? `"${mark}"` : found === 'Infinity' ? '1e999' : found,
    );
    return JSON.parse(plain, (_, value) => (value === mark ? Number.NaN : value));
  }
}

/** The members of a JSON object as they stand in the text. @internal */
export function members(text: string, what: string): Map<string, string> {
  let parsed: unknown;
  try {
    parsed = readJson(text);
  } catch (cause) {
    throw new InputError('bad_json', `${what} is no JSON: ${messageOf(cause)}.`, { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new InputError('bad_json', `${what} must be a JSON object.`);
  }
  const found = new Map<string, string>();
  let at = skip(text, text.indexOf('{') + 1);
  while (text[at] !== '}') {
    const key = end(text, at);
    const start = skip(text, text.indexOf(':', key) + 1);
    const stop = end(text, start);
    found.set(JSON.parse(text.slice(at, key)), text.slice(start, stop));
    at = skip(text, stop);
    if (text[at] === ',') at = skip(text, at + 1);
  }
  return found;
}

function skip(text: string, at: number): number {
  while (text.charCodeAt(at) <= 0x20) ++at;
  return at;
}

/** Where the value that begins at `at` ends, in text that is known to be JSON. */
function end(text: string, at: number): number {
  let depth = 0;
  do {
    const c = text[at];
    if (c === '"') {
      for (++at; text[at] !== '"'; ++at) if (text[at] === '\\') ++at;
      ++at;
    } else if (c === '{' || c === '[') {
      ++depth;
      ++at;
    } else if (c === '}' || c === ']') {
      --depth;
      ++at;
    } else if (depth > 0) {
      ++at;
    } else {
      while (at < text.length && !/[\s,\]}]/.test(text[at] as string)) ++at;
    }
  } while (depth > 0);
  return at;
}
