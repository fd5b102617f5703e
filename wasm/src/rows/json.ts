import { InputError } from '../errors.js';
import { jsonErrorAt, placeOf } from './json-place.js';
import { bad, deepestValue, type Found, longestRow, quoteShort, type RowParser, tooLong } from './problem.js';

/** A JSON object, or what is wrong with it and where. @internal */
export function parseObject(
  text: string,
  path: string,
  firstLine = 1,
  firstColumn = 1,
): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const offset = jsonErrorAt(text);
    const { line, column } = placeOf(text, offset);
    const rest = text.slice(offset);
    const there = rest.trim() === '' ? 'it ends too early' : `not expected: ${quoteShort(rest)}`;
    const at = line === 1 ? column + firstColumn - 1 : column;
    throw bad(path, firstLine + line - 1, at, `this is not JSON: ${there}`, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bad(path, firstLine, firstColumn, 'a JSON object is expected, with a member for each field');
  }
  if (isDeeper(value, deepestValue)) {
    throw bad(path, firstLine, firstColumn, `it is nested more than ${deepestValue} levels deep`);
  }
  return value as Record<string, unknown>;
}

function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((item) => isDeeper(item, most - 1));
}

function found(text: string, path: string, line: number, column = 1): Found {
  try {
    return { row: parseObject(text, path, line, column), line };
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/** JSON lines: an object in each that is not empty. @internal */
export class LinesParser implements RowParser {
  readonly #path: string;
  #rest = '';
  #line = 1;

  constructor(path: string) {
    this.#path = path;
  }

  *push(piece: string): Iterable<Found> {
    let from = 0;
    for (let to = piece.indexOf('\n'); to >= 0; to = piece.indexOf('\n', from)) {
      yield* this.#take(this.#rest + piece.slice(from, to));
      this.#rest = '';
      from = to + 1;
    }
    this.#rest += piece.slice(from);
    if (this.#rest.length > longestRow) throw tooLong(this.#path, this.#line);
  }

  *end(): Iterable<Found> {
    yield* this.#take(this.#rest);
  }

  *#take(text: string): Iterable<Found> {
    if (text.length > longestRow) throw tooLong(this.#path, this.#line);
    const line = this.#line++;
    if (text.trim() !== '') yield found(text, this.#path, line);
  }
}

/**
 * A JSON list of objects, or objects one after another, each over as many lines as it likes. Brackets and strings tell
 * where one ends; what stands between is left to the engine's own parser.
 * @internal
 */
export class ListParser implements RowParser {
  readonly #path: string;
  /** What is expected next, outside of rows. */
  #at: 'begin' | 'first' | 'row' | 'comma' | 'next' | 'after' = 'begin';
  /** How many brackets of the row are open. */
  #open = 0;
  /** A list, or objects one after another: the first character tells. */
  #list: boolean | undefined;
  #string = false;
  #escaped = false;
  #text = '';
  #size = 0;
  #place = { line: 1, column: 1 };
  #line = 1;
  #before = 0;

  constructor(path: string) {
    this.#path = path;
  }

  *push(piece: string): Iterable<Found> {
    let lineStart = -this.#before;
    let from = 0;
    for (let k = 0; k < piece.length; ++k) {
      const c = piece[k] as string;
      if (c === '\n') {
        ++this.#line;
        lineStart = k + 1;
      }
      if (this.#at !== 'row') {
        if (!this.#between(c, k - lineStart + 1)) continue;
        from = k;
        this.#size = 0;
        this.#place = { line: this.#line, column: k - lineStart + 1 };
      }
      if (++this.#size > longestRow) throw tooLong(this.#path, this.#place.line);
      if (this.#string) {
        if (this.#escaped) this.#escaped = false;
        else if (c === '\\') this.#escaped = true;
        else if (c === '"') this.#string = false;
        continue;
      }
      if (c === '"') {
        this.#string = true;
      } else if (c === '{' || c === '[') {
        ++this.#open;
      } else if (c === '}' || c === ']') {
        if (this.#open > 0) {
          if (--this.#open > 0) continue;
          this.#text += piece.slice(from, k + 1);
          yield this.#row();
        } else {
          yield* this.#plain(piece.slice(from, k), c, k - lineStart + 1);
        }
      } else if (c === ',' && this.#open === 0) {
        yield* this.#plain(piece.slice(from, k), c, k - lineStart + 1);
      }
    }
    if (this.#at === 'row') this.#text += piece.slice(from);
    this.#before = piece.length - lineStart;
  }

  *end(): Iterable<Found> {
    if (this.#at === 'begin' || this.#at === 'after') return;
    if (this.#at === 'row') {
      if (this.#open === 0 && !this.#list) {
        yield this.#row();
        return;
      }
      const what = 'this row is never closed, so nobody can tell where the next one begins';
      throw bad(this.#path, this.#place.line, this.#place.column, what);
    }
    throw bad(this.#path, this.#line, this.#before + 1, 'this is not JSON: it ends too early');
  }

  /** A row that is no object, which the next character ends. */
  *#plain(text: string, next: string, column: number): Iterable<Found> {
    this.#text += text;
    yield this.#row();
    this.#between(next, column);
  }

  #row(): Found {
    const text = this.#text;
    this.#text = '';
    this.#at = this.#list ? 'comma' : 'begin';
    return found(text, this.#path, this.#place.line, this.#place.column);
  }

  /** What stands between rows. @returns whether a row begins */
  #between(c: string, column: number): boolean {
    if (c === ' ' || c === '\n' || c === '\r' || c === '\t') return false;
    if (this.#list === undefined) {
      this.#list = c === '[';
      if (this.#list) {
        this.#at = 'first';
        return false;
      }
    }
    if (c === ']' && (this.#at === 'first' || this.#at === 'comma')) {
      this.#at = 'after';
      return false;
    }
    if (c === ',' && this.#at === 'comma') {
      this.#at = 'next';
      return false;
    }
    if (this.#at === 'comma' || this.#at === 'after' || c === ',' || c === ']' || c === '}') {
      throw bad(this.#path, this.#line, column, `this is not JSON: not expected: ${quoteShort(c)}`);
    }
    this.#at = 'row';
    return true;
  }
}
