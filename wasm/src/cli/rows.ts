import { createReadStream, readFileSync, statSync } from 'node:fs';
import { InputError } from '../errors.js';
import { failed } from '../node/file-cache.js';
import type { PlacedRow } from '../rows/problem.js';
import { readRows } from '../rows/read-rows.js';

const largestFile = 256 * 2 ** 20;

/** A text file, of bounded size. */
export function readText(path: string): string {
  return reading(path, () => readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
}

/** The rows of a file and where they stand. @throws {InputError} that names file, line and column. */
export async function placedRows(path: string): Promise<PlacedRow[]> {
  reading(path, () => undefined);
  const rows: PlacedRow[] = [];
  for await (const row of readRows(createReadStream(path), { name: path, strict: true }).placed()) rows.push(row);
  if (rows.length === 0) throw new InputError('no_rows', `${path} has no rows.`);
  return rows;
}

/** Reads a file that is there and of bounded size. */
function reading<T>(path: string, read: () => T): T {
  try {
    if (statSync(path).size > largestFile) throw new InputError('too_large', `${path} is larger than 256 MiB.`);
    return read();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOENT') throw new InputError('no_file', `There is no file ${path}.`, { cause: error });
    if (code === 'EISDIR') throw new InputError('no_file', `${path} is a folder, not a file.`, { cause: error });
    throw error instanceof InputError ? error : failed('read', path, error);
  }
}
