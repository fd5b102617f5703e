import { InputError } from '../errors.js';
import type { Row } from '../program/runnable.js';
import { CsvParser } from './csv.js';
import { LinesParser, ListParser } from './json.js';
import { parquetRows } from './parquet.js';
import { bytesOf, type Pieces, piecesOf, textOf, unreadable } from './pieces.js';
import type { PlacedRow, RowParser } from './problem.js';

/** How rows are written: JSON lines, a JSON list, delimited text with a header, or Parquet. */
export type RowFormat = 'csv' | 'tsv' | 'json' | 'jsonl' | 'parquet';

/**
 * Where rows come from: rows themselves, or the text or bytes of a file, whole or in pieces. A text is what the file
 * says, not its name: `createReadStream(path)` reads one in Node, `fetch(url)` from the net, an `<input type="file">`
 * gives one.
 */
export type RowSource<R extends Row = Row> =
  | Iterable<R>
  | AsyncIterable<R | string | Uint8Array>
  | ReadableStream<Uint8Array | string>
  | string
  | ArrayBuffer
  | Uint8Array
  | Blob
  | Response;

/** How rows are read. */
export interface ReadRowsOptions {
  /** How they are written; otherwise the source's name or type tells, or how it begins. */
  format?: RowFormat;
  /** What errors call the source; otherwise its own name. */
  name?: string;
  /** Throws at the first row that cannot be read, instead of passing it over and counting it. */
  strict?: boolean;
  /** Told of each row that is passed over. */
  onSkipped?: (problem: InputError) => void;
}

const largestParquet = 256 * 2 ** 20;
const mostProblems = 20;
const formats: readonly RowFormat[] = ['csv', 'tsv', 'json', 'jsonl', 'parquet'];

/**
 * Rows as they are read: to be iterated once, by `for await` or by `evaluate`. One row is in memory at a time, of Parquet a
 * row group.
 */
export class RowReader<R extends Row = Row> implements AsyncIterable<R> {
  /** How many rows could not be read, so far. */
  skipped = 0;
  /** What was wrong with the first of them, with file, line and column. */
  readonly problems: InputError[] = [];
  readonly #source: RowSource<R>;
  readonly #options: ReadRowsOptions;
  #begun = false;

  /** @internal */
  constructor(source: RowSource<R>, options: ReadRowsOptions) {
    const { format } = options;
    if (format !== undefined && !formats.includes(format)) {
      throw new InputError('bad_format', `Rows are written in one of ${formats.join(', ')}, not in "${format}".`);
    }
    this.#source = source;
    this.#options = options;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<R, void, void> {
    for await (const { row } of this.placed()) yield row as R;
  }

  /** The rows with their lines. @internal */
  async *placed(): AsyncGenerator<PlacedRow, void, void> {
    if (this.#begun) {
      throw new InputError(
        'rows_taken',
        'These rows have been read already. Call readRows again, or keep them in a list.',
      );
    }
    this.#begun = true;
    const source = await open(this.#source, this.#options);
    if ('rows' in source) {
      for await (const row of source.rows) {
        if (typeof row === 'object' && row !== null && !Array.isArray(row)) yield { row: row as Row, line: 0 };
        else
          this.#skip(
            new InputError('bad_row', `${source.name}: a row must be an object with a member for each field.`),
          );
      }
      return;
    }
    let parser: RowParser | undefined;
    for await (const piece of textOf(source.pieces)) {
      if (piece === '') continue;
      parser ??= parserOf(source.format, piece, source.name);
      for (const found of parser.push(piece)) {
        if (found instanceof InputError) this.#skip(found);
        else yield found;
      }
    }
    for (const found of parser?.end() ?? []) {
      if (found instanceof InputError) this.#skip(found);
      else yield found;
    }
  }

  #skip(problem: InputError): void {
    if (this.#options.strict) throw problem;
    ++this.skipped;
    if (this.problems.length < mostProblems) this.problems.push(problem);
    this.#options.onSkipped?.(problem);
  }
}

/**
 * Reads rows: of CSV, TSV, JSON, JSON lines and, with the optional package `hyparquet`, Parquet. A row that cannot be
 * read is passed over and counted, with its line and column; where the file itself is broken, so that nobody can tell
 * where rows begin, reading ends with an {@link InputError}, and so it does at a row of more than 16 MiB. The values of
 * delimited text are texts. Any text may be hostile; a Parquet file is as safe as `hyparquet`, which reads it.
 *
 * @example
 * const rows = readRows(await fetch('https://example.com/tickets.csv'));
 * const { score } = await evaluate(triage, rows, exact('label'));
 * console.log(score, rows.skipped);
 */
export function readRows<R extends Row = Row>(source: RowSource<R>, options: ReadRowsOptions = {}): RowReader<R> {
  return new RowReader(source, options);
}

/** What was found of a source: rows, or a text that holds some. */
type Opened =
  | { name: string; rows: Iterable<unknown> | AsyncIterable<unknown> }
  | { name: string; format: RowFormat | undefined; pieces: Pieces };

async function open(source: RowSource, options: ReadRowsOptions): Promise<Opened> {
  const found = content(source);
  const name = options.name ?? found.name ?? 'rows';
  let pieces: AsyncIterable<string | Uint8Array>;
  if (found.rows) {
    // An iterable of whatever it may be: its first item tells.
    const { first, all } = await peek(guarded(found.rows, name));
    if (typeof first !== 'string' && !(first instanceof Uint8Array)) return { name, rows: all };
    pieces = all as AsyncIterable<string | Uint8Array>;
  } else if (found.pieces) {
    pieces = guarded<string | Uint8Array>(found.pieces, name);
  } else {
    const what = 'a list, an iterable, a text, bytes, a Blob, a Response or a stream';
    throw new InputError('bad_rows', `Rows are read from ${what}.`);
  }
  let format = options.format ?? formatOf(name) ?? formatOf(found.type);
  if (format === undefined) {
    const { first, all } = await peek(pieces);
    pieces = all;
    if (isParquet(first)) format = 'parquet';
  }
  if (format !== 'parquet') return { name, format, pieces };
  const file = source instanceof Blob ? blobFile(source) : await bytesOf(pieces, largestParquet, name);
  return { name, rows: parquetRows(file, name) };
}

interface Content {
  name?: string | undefined;
  type?: string | undefined;
  pieces?: Pieces;
  rows?: Iterable<unknown> | AsyncIterable<unknown>;
}

function content(source: RowSource): Content {
  if (typeof source === 'string' || source instanceof Uint8Array) return { pieces: [source] };
  if (source instanceof ArrayBuffer) return { pieces: [new Uint8Array(source)] };
  if (source instanceof Blob) {
    const name = 'name' in source && typeof source.name === 'string' ? source.name : undefined;
    return { name, type: source.type, pieces: piecesOf(source.stream()) };
  }
  if (source instanceof Response) {
    const { url } = source;
    const name = url === '' ? undefined : url.replace(/[?#].*$/s, ''); // a query may hold a key
    if (!source.ok) throw new InputError('bad_rows', `${name ?? 'The server'} answered with status ${source.status}.`);
    return { name, type: source.headers.get('content-type') ?? '', pieces: source.body ? piecesOf(source.body) : [] };
  }
  if (typeof source !== 'object' || source === null) return {};
  if (source instanceof ReadableStream) return { pieces: piecesOf(source) };
  if (Symbol.asyncIterator in source || Symbol.iterator in source) return { rows: source };
  return {};
}

/** The format that a file's name or a media type tells. */
function formatOf(name = ''): RowFormat | undefined {
  const [, ending] =
    /(?:\.|[/+])(?:x-)?(csv|tsv|tab-separated-values|jsonl|ndjson|json-?lines|json|parquet)\s*(?:;.*)?$/i.exec(
      name.slice(-200),
    ) ?? [];
  const known: Record<string, RowFormat> = {
    'tab-separated-values': 'tsv',
    ndjson: 'jsonl',
    jsonlines: 'jsonl',
    'json-lines': 'jsonl',
  };
  const lower = ending?.toLowerCase() ?? '';
  return known[lower] ?? formats.find((format) => format === lower);
}

function isParquet(first: unknown): boolean {
  return (
    first instanceof Uint8Array && first[0] === 0x50 && first[1] === 0x41 && first[2] === 0x52 && first[3] === 0x31
  );
}

function blobFile(blob: Blob) {
  return {
    byteLength: blob.size,
    slice: (start: number, end?: number) => blob.slice(start, end).arrayBuffer(),
  };
}

/** The first item of an iterable, and all of them. */
async function peek<T>(items: AsyncIterable<T>): Promise<{ first: T | undefined; all: AsyncIterable<T> }> {
  const iterator = items[Symbol.asyncIterator]();
  let next = await iterator.next();
  async function* all() {
    try {
      for (; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      if (!next.done) await iterator.return?.();
    }
  }
  return { first: next.done ? undefined : next.value, all: all() };
}

/** Errors of the source say which one it was. */
async function* guarded<T>(items: Iterable<T> | AsyncIterable<T>, name: string): AsyncGenerator<T, void, void> {
  try {
    yield* items;
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

/** The parser of a format; where it is not known, of how the text begins. */
function parserOf(format: RowFormat | undefined, text: string, name: string): RowParser {
  const start = /\S/.exec(text.slice(0, 4096))?.[0];
  const told = format ?? (start === '[' ? 'json' : start === '{' ? 'jsonl' : 'csv');
  if (told === 'jsonl') return new LinesParser(name);
  if (told === 'json') return new ListParser(name);
  return new CsvParser(name, told === 'tsv' ? '\t' : undefined);
}
