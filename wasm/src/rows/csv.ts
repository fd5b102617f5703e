import type { InputError } from '../errors.js';
import { bad, type Found, longestRow, quoteShort, type RowParser, tooLong } from './problem.js';

/** Where in a cell the text ends that has been seen so far. */
type At = 'start' | 'plain' | 'quoted' | 'quote' | 'rest';

/**
 * CSV (RFC 4180) in pieces: cells may be quoted, and then hold separators, line breaks and doubled quotes. The first
 * record names the fields. Unless it is given, the separator is the first of `,`, `;` and tab that stands in the header
 * outside of quotes. Every character is looked at once.
 * @internal
 */
export class CsvParser implements RowParser {
  readonly #path: string;
  #separator: string | undefined;
  #names: readonly string[] | undefined;
  #cells: string[] = [];
  #cell = '';
  #at: At = 'start';
  /** Whether any cell of the record is quoted: then it is one, even if all it says is an empty text. */
  #quoted = false;
  /** Why the record cannot be read; what is left of it is passed over. */
  #problem: InputError | undefined;
  /** The last character was a carriage return, of which a line feed is a part. */
  #return = false;
  #size = 0;
  #line = 1;
  /** Of the record, and of the quote that is open. */
  #recordLine = 1;
  #quote = { line: 1, column: 1 };
  /** How many characters of the line are in earlier pieces. */
  #before = 0;

  constructor(path: string, separator?: string) {
    this.#path = path;
    this.#separator = separator;
  }

  *push(piece: string): Iterable<Found> {
    let lineStart = -this.#before;
    let from = 0;
    const keep = (to: number) => {
      if (to > from && !this.#problem) this.#cell += piece.slice(from, to);
    };
    const newLine = (next: number) => {
      ++this.#line;
      lineStart = next;
    };
    for (let k = 0; k < piece.length; ++k) {
      const c = piece[k] as string;
      if (++this.#size > longestRow) throw tooLong(this.#path, this.#recordLine);
      if (this.#return) {
        this.#return = false;
        if (c === '\n') {
          lineStart = k + 1;
          from = k + 1;
          --this.#size;
          continue;
        }
      }
      if (this.#at === 'quoted') {
        if (c === '"') {
          keep(k);
          this.#at = 'quote';
        } else if (c === '\n') {
          newLine(k + 1);
        }
        continue;
      }
      if (c === '"') {
        if (this.#at === 'start') {
          this.#quoted = true;
          this.#quote = { line: this.#line, column: k - lineStart + 1 };
          this.#at = 'quoted';
          from = k + 1;
        } else if (this.#at === 'quote') {
          this.#at = 'quoted';
          from = k; // one of the two
        }
        continue;
      }
      const ends = c === '\n' || c === '\r';
      if (ends || this.#separates(c)) {
        if (this.#at === 'plain') keep(k);
        this.#cells.push(this.#cell);
        this.#cell = '';
        this.#at = 'start';
        if (!ends) continue;
        this.#return = c === '\r';
        newLine(k + 1);
        yield* this.#record();
      } else if (this.#at === 'start') {
        this.#at = 'plain';
        from = k;
      } else if (this.#at === 'quote') {
        const what = 'after a closing quote the cell must end; a quote within is doubled';
        this.#problem ??= bad(this.#path, this.#line, k - lineStart + 1, what);
        this.#at = 'rest';
      }
    }
    if (this.#at === 'plain' || this.#at === 'quoted') keep(piece.length);
    this.#before = piece.length - lineStart;
  }

  *end(): Iterable<Found> {
    if (this.#at === 'quoted') {
      // What stands behind it may be a text or many rows: nobody can tell.
      throw bad(this.#path, this.#quote.line, this.#quote.column, 'this quote is never closed');
    }
    if (this.#at === 'start' && this.#cells.length === 0) return;
    this.#cells.push(this.#cell);
    this.#cell = '';
    yield* this.#record();
  }

  #separates(c: string): boolean {
    if (this.#separator === undefined && (c === ',' || c === ';' || c === '\t')) this.#separator = c;
    return c === this.#separator;
  }

  *#record(): Iterable<Found> {
    const cells = this.#cells;
    const problem = this.#problem;
    const line = this.#recordLine;
    const empty = cells.length === 1 && cells[0] === '' && !this.#quoted;
    this.#cells = [];
    this.#problem = undefined;
    this.#quoted = false;
    this.#size = 0;
    this.#recordLine = this.#line;
    if (empty && !problem) return;
    if (!this.#names) {
      if (problem) throw problem; // without the header nothing can be read
      this.#names = this.#header(cells, line);
      this.#separator ??= ',';
    } else if (problem) {
      yield problem;
    } else if (cells.length !== this.#names.length) {
      const counts = `this row has ${cells.length} cells, but the header has ${this.#names.length}`;
      yield bad(this.#path, line, 1, counts);
    } else {
      const names = this.#names;
      yield { row: Object.fromEntries(cells.map((cell, i) => [names[i] as string, cell])), line };
    }
  }

  #header(cells: readonly string[], line: number): readonly string[] {
    const names = cells.map((name) => name.trim());
    const seen = new Set<string>();
    names.forEach((name, i) => {
      if (name === '') throw bad(this.#path, line, 1, `column ${i + 1} of the header has no name`);
      if (seen.has(name)) throw bad(this.#path, line, 1, `the header names ${quoteShort(name)} twice`);
      seen.add(name);
    });
    return names;
  }
}
