/** Rows out of a file that a person dropped or pasted. Whatever is wrong names the line and the column. */
export type Cell = unknown;
export type Row = Readonly<Record<string, Cell>>;

export interface Table {
  format: 'CSV' | 'TSV' | 'JSONL' | 'JSON';
  columns: string[];
  rows: Row[];
  /** By row: the line it begins at. Absent for JSON, whose rows are told by number. */
  lines?: number[];
}

/** A place in a file that cannot be read, and what would mend it. */
export class RowError extends Error {
  constructor(
    message: string,
    readonly line: number,
    readonly column: number,
    /** The line as it stands, shortened. */
    readonly excerpt: string,
    /** Whether the rest can be read without this line. */
    readonly skippable: boolean,
  ) {
    super(message);
    this.name = 'RowError';
  }
}

export const limits = { bytes: 32 << 20, rows: 100_000, columns: 200, cell: 1 << 20 } as const;

/** Reads rows. `skip`: lines (from 1) to leave out, after a {@link RowError} said they can be. */
export function parseRows(text: string, name = '', skip: ReadonlySet<number> = new Set()): Table {
  if (text.length > limits.bytes)
    throw new RowError(
      `The file is larger than ${limits.bytes >> 20} MB. Take a part of it: a few hundred rows are enough.`,
      1,
      1,
      '',
      false,
    );
  const clean = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (!clean.trim()) throw new RowError('There are no rows in it.', 1, 1, '', false);
  const format = formatOf(clean, name);
  const table =
    format === 'JSON'
      ? fromJson(clean)
      : format === 'JSONL'
        ? fromJsonl(clean, skip)
        : fromDelimited(clean, format, skip);
  if (table.rows.length === 0) throw new RowError('There is a header but no row below it.', 2, 1, '', false);
  if (table.columns.length > limits.columns)
    throw new RowError(
      `There are ${table.columns.length} columns; at most ${limits.columns} can be read.`,
      1,
      1,
      '',
      false,
    );
  return table;
}

function formatOf(text: string, name: string): Table['format'] {
  const ending = /\.(csv|tsv|tab|jsonl|ndjson|json)$/i.exec(name)?.[1]?.toLowerCase();
  const start = text.trimStart()[0];
  if (ending === 'jsonl' || ending === 'ndjson') return 'JSONL';
  if (start === '[' && ending !== 'csv' && ending !== 'tsv') return 'JSON';
  if (start === '{' && ending !== 'csv' && ending !== 'tsv') return isOneObject(text) ? 'JSON' : 'JSONL';
  if (ending === 'tsv' || ending === 'tab') return 'TSV';
  if (ending === 'csv') return 'CSV';
  const first = text.slice(0, text.search(/\r?\n|$/));
  return first.includes('\t') && !first.includes(',') ? 'TSV' : 'CSV';
}

/** `{"rows": […]}` spread over lines, against one object a line. */
function isOneObject(text: string): boolean {
  const first = text.trimStart().split(/\r?\n/, 1)[0]!;
  try {
    const value = JSON.parse(first);
    return (
      Array.isArray(Object.values(value as object).find(Array.isArray)) && text.trim().length === first.trim().length
    );
  } catch {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }
}

const excerptOf = (line: string): string => (line.length > 160 ? `${line.slice(0, 160)}…` : line);

function fromJsonl(text: string, skip: ReadonlySet<number>): Table {
  const rows: Row[] = [];
  const lines: number[] = [];
  const columns = new Set<string>();
  let number = 0;
  for (const raw of text.split(/\r?\n/)) {
    ++number;
    if (!raw.trim() || skip.has(number)) continue;
    let value: unknown;
    try {
      value = JSON.parse(raw);
    } catch (error) {
      const { column, why } = jsonFault(raw, error);
      throw new RowError(
        `Line ${number} is not JSON from column ${column} on: ${why}.`,
        number,
        column,
        excerptOf(raw),
        true,
      );
    }
    if (!isObject(value))
      throw new RowError(
        `Line ${number} is ${kindOf(value)}. Every line has to be an object, like {"question": "…", "answer": "…"}.`,
        number,
        1 + raw.search(/\S/),
        excerptOf(raw),
        true,
      );
    for (const key of Object.keys(value)) columns.add(key);
    checkCount(rows.length, number);
    rows.push(value);
    lines.push(number);
  }
  return { format: 'JSONL', columns: [...columns], rows, lines };
}

function fromJson(text: string): Table {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { offset, why } = jsonFault(text, error);
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    const excerpt = text.split(/\r?\n/)[line - 1] ?? '';
    throw new RowError(
      `Line ${line} is not JSON from column ${column} on: ${why}.`,
      line,
      column,
      excerptOf(excerpt),
      false,
    );
  }
  const list = Array.isArray(value) ? value : isObject(value) ? Object.values(value).find(Array.isArray) : undefined;
  if (!Array.isArray(list))
    throw new RowError(
      'This JSON holds no list of rows. Write [{"question": "…", "answer": "…"}, …].',
      1,
      1,
      excerptOf(text),
      false,
    );
  const columns = new Set<string>();
  list.forEach((row, k) => {
    if (!isObject(row))
      throw new RowError(
        `Row ${k + 1} of the list is ${kindOf(row)}. Every row has to be an object.`,
        1,
        1,
        excerptOf(JSON.stringify(row) ?? ''),
        false,
      );
    for (const key of Object.keys(row)) columns.add(key);
    checkCount(k, 1);
  });
  return { format: 'JSON', columns: [...columns], rows: list as Row[] };
}

/** RFC 4180, with quotes that may span lines, and places for what is wrong. */
function fromDelimited(text: string, format: 'CSV' | 'TSV', skip: ReadonlySet<number>): Table {
  const separator = format === 'TSV' ? '\t' : separatorOf(text);
  const rows: Row[] = [];
  const lines: number[] = [];
  let header: string[] | undefined;
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const begun = line;
    if (skip.has(line)) {
      at = endOfLine(text, at);
      ++line;
      continue;
    }
    const cells: string[] = [];
    let ended = false;
    while (!ended) {
      const cell = readCell(text, at, separator, line);
      if (cell.value.length > limits.cell)
        throw new RowError(
          `A cell on line ${line} is longer than 1 MB. A quote before it may never be closed.`,
          line,
          1,
          '',
          true,
        );
      cells.push(cell.value);
      at = cell.at;
      line = cell.line;
      ended = cell.last;
    }
    ++line;
    if (cells.length === 1 && cells[0] === '') continue; // an empty line
    if (!header) {
      header = nameColumns(cells);
      continue;
    }
    if (cells.length !== header.length) {
      const raw = text.split(/\r?\n/)[begun - 1] ?? '';
      const extra = cells.length > header.length;
      const column = extra ? columnOfCell(raw, header.length, separator) : raw.length + 1;
      throw new RowError(
        `Line ${begun} has ${cells.length} fields, the header has ${header.length}. ${
          extra
            ? `Column ${column} begins one too many: put a text with ${separator === '\t' ? 'tabs' : 'commas'} in quotes.`
            : `It ends at column ${column}, too early.`
        }`,
        begun,
        column,
        excerptOf(raw),
        true,
      );
    }
    checkCount(rows.length, begun);
    const row: Record<string, Cell> = {};
    for (let k = 0; k < header.length; ++k) row[header[k]!] = cells[k];
    rows.push(row);
    lines.push(begun);
  }
  return { format, columns: header ?? [], rows, lines };
}

interface ReadCell {
  value: string;
  at: number;
  line: number;
  last: boolean;
}

function readCell(text: string, from: number, separator: string, line: number): ReadCell {
  if (text[from] !== '"') {
    let end = from;
    while (end < text.length && text[end] !== separator && text[end] !== '\n') ++end;
    const value = text.slice(from, text[end] === '\n' && text[end - 1] === '\r' && end > from ? end - 1 : end);
    return { value, at: end + 1, line, last: text[end] !== separator };
  }
  const opened = { line, column: from - text.lastIndexOf('\n', from - 1) };
  let value = '';
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) {
      const raw = text.split(/\r?\n/)[opened.line - 1] ?? '';
      throw new RowError(
        `The quote on line ${opened.line}, column ${opened.column} is never closed. Close it, or double quotes inside a text: "".`,
        opened.line,
        opened.column,
        excerptOf(raw),
        true,
      );
    }
    const piece = text.slice(at, quote);
    for (let k = piece.indexOf('\n'); k >= 0; k = piece.indexOf('\n', k + 1)) ++line;
    value += piece;
    at = quote + 1;
    if (text[at] !== '"') break;
    value += '"';
    ++at;
  }
  if (text[at] === '\r') ++at;
  if (at >= text.length || text[at] === '\n') return { value, at: at + 1, line, last: true };
  if (text[at] === separator) return { value, at: at + 1, line, last: false };
  const column = at - text.lastIndexOf('\n', at - 1);
  throw new RowError(
    `Line ${line}, column ${column}: text follows a closing quote. Double the quotes inside a text: "".`,
    line,
    column,
    excerptOf(text.split(/\r?\n/)[line - 1] ?? ''),
    true,
  );
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

/** Semicolons are what spreadsheets of half of Europe write. */
function separatorOf(text: string): string {
  const first = text.slice(0, endOfLine(text, 0));
  return !first.includes(',') && first.includes(';') ? ';' : ',';
}

function columnOfCell(raw: string, cell: number, separator: string): number {
  let quoted = false;
  for (let k = 0, seen = 0; k < raw.length; ++k) {
    if (raw[k] === '"') quoted = !quoted;
    else if (!quoted && raw[k] === separator && ++seen === cell) return k + 2;
  }
  return raw.length + 1;
}

/** Column names that can be told apart: empty ones are numbered, repeated ones too. */
function nameColumns(cells: readonly string[]): string[] {
  const names: string[] = [];
  for (const [k, cell] of cells.entries()) {
    const wanted = cell.trim() || `column ${k + 1}`;
    let name = wanted;
    for (let n = 2; names.includes(name); ++n) name = `${wanted} ${n}`;
    names.push(name);
  }
  return names;
}

function checkCount(rows: number, line: number): void {
  if (rows >= limits.rows)
    throw new RowError(
      `There are more than ${limits.rows.toLocaleString('en-US')} rows, up to line ${line}. Take a part of them.`,
      line,
      1,
      '',
      false,
    );
}

const isObject = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'string'
        ? 'a text'
        : `a ${typeof value}`;

/** Where JSON stops being JSON. Engines say it in words only, so it is found again here. */
function jsonFault(text: string, error: unknown): { offset: number; column: number; why: string } {
  const offset = faultOffset(text);
  const found = text.slice(offset).trimStart()[0];
  const words = error instanceof Error ? error.message : String(error);
  const why =
    found === undefined
      ? 'it ends too early'
      : /control|Bad control/.test(words)
        ? 'a text holds a raw line break or tab'
        : `${JSON.stringify(found)} is not expected there`;
  return { offset, column: offset + 1, why };
}

/** The first place at which a strict reader of JSON stops. */
function faultOffset(text: string): number {
  let at = 0;
  const space = () => {
    while (at < text.length && ' \t\r\n'.includes(text[at]!)) ++at;
  };
  const token = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found !== null;
  };
  const string = (): boolean => {
    if (text[at] !== '"') return false;
    for (let k = at + 1; k < text.length; ++k) {
      const c = text[k]!;
      if (c === '"') {
        at = k + 1;
        return true;
      }
      if (c < ' ') break;
      if (c !== '\\') continue;
      const escaped = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;
      escaped.lastIndex = k + 1;
      if (!escaped.test(text)) break;
      k = escaped.lastIndex - 1;
    }
    return false;
  };
  // One level a turn, without recursion: the text may be hostile.
  const open: ('}' | ']')[] = [];
  let state: 'value' | 'key' | 'after' = 'value';
  for (;;) {
    space();
    if (state === 'value') {
      const opens = text[at] === '{' ? '}' : text[at] === '[' ? ']' : undefined;
      if (opens) {
        ++at;
        space();
        if (text[at] === opens) {
          ++at;
          state = 'after';
        } else {
          open.push(opens);
          if (opens === '}') state = 'key';
        }
      } else if (string() || token(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y)) state = 'after';
      else return at;
    } else if (state === 'key') {
      if (!string()) return at;
      space();
      if (text[at] !== ':') return at;
      ++at;
      state = 'value';
    } else {
      const closing = open.at(-1);
      if (closing === undefined) return at;
      if (text[at] === ',') {
        ++at;
        state = closing === '}' ? 'key' : 'value';
      } else if (text[at] === closing) {
        ++at;
        open.pop();
      } else return at;
    }
  }
}
