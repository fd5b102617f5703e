import { readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { InputError } from '../errors.js';
import { failed } from '../node/file-cache.js';
import type { Row } from '../program/runnable.js';
import { jsonErrorAt, placeOf } from './json-place.js';

const largestFile = 256 * 2 ** 20;

/** A row and where it stands. */
export interface PlacedRow {
  row: Row;
  line: number;
}

/** Rows of a file: JSON lines, a JSON list, or CSV with a header; told apart by the name, else by how it begins. */
export function readRows(path: string): Row[] {
  const text = readText(path);
  const rows = parseRows(text, path);
  if (rows.length === 0) throw new InputError('no_rows', `${path} has no rows.`);
  return rows.map(({ row }) => row);
}

/** A text file, of bounded size. */
export function readText(path: string): string {
  try {
    if (statSync(path).size > largestFile) throw new InputError('too_large', `${path} is larger than 256 MiB.`);
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOENT') throw new InputError('no_file', `There is no file ${path}.`, { cause: error });
    if (code === 'EISDIR') throw new InputError('no_file', `${path} is a folder, not a file.`, { cause: error });
    throw error instanceof InputError ? error : failed('read', path, error);
  }
}

/** @throws {InputError} that names file, line and column. */
export function parseRows(text: string, path: string): PlacedRow[] {
  const kind = extname(path).toLowerCase();
  if (kind === '.csv' || kind === '.tsv') return parseCsv(text, path, kind === '.tsv' ? '\t' : undefined);
  if (kind === '.jsonl' || kind === '.ndjson') return parseLines(text, path);
  const start = text.trimStart()[0];
  if (start === '[') return parseList(text, path);
  return start === '{' || kind === '.json' ? parseLines(text, path) : parseCsv(text, path);
}

/** A JSON object, or what is wrong with it and where. */
export function parseObject(text: string, path: string, firstLine = 1): Record<string, unknown> {
  const value = parseJson(text, path, firstLine);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw bad(path, firstLine, 1, 'a JSON object is expected, with a member for each field');
}

function parseJson(text: string, path: string, firstLine: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const offset = jsonErrorAt(text);
    const { line, column } = placeOf(text, offset);
    const there =
      offset >= text.trimEnd().length ? 'it ends too early' : `not expected: ${quoteShort(text.slice(offset))}`;
    throw bad(path, firstLine + line - 1, column, `this is not JSON: ${there}`, cause);
  }
}

function parseLines(text: string, path: string): PlacedRow[] {
  const rows: PlacedRow[] = [];
  text.split('\n').forEach((line, i) => {
    if (line.trim() !== '') rows.push({ row: parseObject(line, path, i + 1), line: i + 1 });
  });
  return rows;
}

function parseList(text: string, path: string): PlacedRow[] {
  const list = parseJson(text, path, 1) as unknown[];
  return list.map((row, i) => {
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return { row: row as Row, line: 0 };
    throw new InputError('bad_row', `${path}: row ${i + 1} is no object with a member for each field.`);
  });
}

function parseCsv(text: string, path: string, separator?: string): PlacedRow[] {
  const [header, ...records] = cells(text, path, separator ?? separatorOf(text));
  if (!header) return [];
  const names = header.cells.map((name) => name.trim());
  names.forEach((name, i) => {
    if (name === '') throw bad(path, 1, 1, `column ${i + 1} of the header has no name`);
    if (names.indexOf(name) !== i) throw bad(path, 1, 1, `the header names ${quoteShort(name)} twice`);
  });
  return records.map(({ cells: values, line }) => {
    if (values.length !== names.length) {
      throw bad(path, line, 1, `this row has ${values.length} cells, but the header has ${names.length}`);
    }
    return { row: Object.fromEntries(values.map((value, i) => [names[i], value])), line };
  });
}

/** The first of `,`, `;` and tab that the header has. */
function separatorOf(text: string): string {
  return /[,;\t]/.exec(text.split('\n', 1)[0] as string)?.[0] ?? ',';
}

/** Records of CSV (RFC 4180): cells may be quoted, and then hold separators, line breaks and doubled quotes. */
function cells(text: string, path: string, separator: string): { cells: string[]; line: number }[] {
  const records: { cells: string[]; line: number }[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const record = { cells: [] as string[], line };
    for (;;) {
      if (text[at] === '"') {
        let value = '';
        const start = at;
        for (;;) {
          const end = text.indexOf('"', at + 1);
          if (end < 0) {
            const place = placeOf(text, start);
            throw bad(path, place.line, place.column, 'this quote is never closed');
          }
          value += text.slice(at + 1, end);
          at = end + 1;
          if (text[at] !== '"') break;
          value += '"';
        }
        record.cells.push(value);
        line += value.split('\n').length - 1;
        if (at < text.length && text[at] !== separator && !/[\r\n]/.test(text[at] as string)) {
          const place = placeOf(text, at);
          throw bad(
            path,
            place.line,
            place.column,
            'after a closing quote the cell must end; a quote within is doubled',
          );
        }
      } else {
        const start = at;
        while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') ++at;
        record.cells.push(text.slice(start, at));
      }
      if (text[at] !== separator) break;
      ++at;
    }
    if (text[at] === '\r') ++at;
    if (text[at] === '\n') ++at;
    ++line;
    if (record.cells.length > 1 || record.cells[0] !== '') records.push(record);
  }
  return records;
}

/** An error at a place. */
export function bad(path: string, line: number, column: number, what: string, cause?: unknown): InputError {
  return new InputError('bad_row', `${path}:${line}:${column}: ${what}.`, {
    ...(cause === undefined ? {} : { cause }),
    details: { path, line, column },
  });
}

function quoteShort(text: string): string {
  const line = text.split('\n', 1)[0] as string;
  return JSON.stringify(line.length > 24 ? `${line.slice(0, 24)}…` : line);
}
