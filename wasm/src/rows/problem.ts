import { InputError } from '../errors.js';
import type { Row } from '../program/runnable.js';

/** The longest row that is read, in UTF-16 units, which are at most as many as its bytes. @internal */
export const longestRow = 16 * 2 ** 20;
/** How deep values of a row may be nested. @internal */
export const deepestValue = 128;

/** A row and where it stands. @internal */
export interface PlacedRow {
  row: Row;
  /** Where it begins, from 1; 0 where rows have no lines. */
  line: number;
}

/** A row, or what is wrong with it: the rows after it can be read all the same. @internal */
export type Found = PlacedRow | InputError;

/** Takes a text in pieces and gives the rows that are whole. What it throws ends the reading. @internal */
export interface RowParser {
  push(piece: string): Iterable<Found>;
  end(): Iterable<Found>;
}

/** An error at a place. @internal */
export function bad(path: string, line: number, column: number, what: string, cause?: unknown): InputError {
  return new InputError('bad_row', `${path}:${line}:${column}: ${what}.`, {
    ...(cause === undefined ? {} : { cause }),
    details: { path, line, column },
  });
}

/** A row that is longer than any that a person has written. @internal */
export function tooLong(path: string, line: number): InputError {
  return new InputError(
    'too_large',
    `${path}:${line}:1: this row is larger than 16 MiB, which is the most that is read. Is a quote or a bracket missing?`,
    { details: { path, line, column: 1 } },
  );
}

/** The beginning of a text's first line, for an error message. @internal */
export function quoteShort(text: string): string {
  const line = text.slice(0, 25).split('\n', 1)[0] as string;
  return JSON.stringify(line.length > 24 ? `${line.slice(0, 24)}…` : line);
}
