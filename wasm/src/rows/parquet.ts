import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { ConfigurationError, InputError, messageOf } from '../errors.js';
import type { Row } from '../program/runnable.js';
import { deepestValue } from './problem.js';

/** The rows of a Parquet file, one row group in memory at a time. @internal */
export async function* parquetRows(file: AsyncBuffer | ArrayBuffer, name: string): AsyncGenerator<Row, void, void> {
  const { parquetMetadataAsync, parquetReadObjects } = await loadReader();
  const compressors = await loadCompressors();
  const broken = (cause: unknown) =>
    new InputError('bad_parquet', `${name} cannot be read as Parquet: ${messageOf(cause)}.`, { cause });
  const buffer: AsyncBuffer = file instanceof ArrayBuffer ? inMemory(file) : file;
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(buffer);
  } catch (cause) {
    throw broken(cause);
  }
  let rowStart = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const rowEnd = rowStart + Number(count);
    let rows: Record<string, unknown>[];
    try {
      rows = await parquetReadObjects({ file: buffer, metadata, rowStart, rowEnd, ...compressors });
    } catch (cause) {
      throw broken(cause);
    }
    for (const row of rows) yield plain(row, deepestValue, name) as Row;
    rowStart = rowEnd;
  }
}

function inMemory(bytes: ArrayBuffer): AsyncBuffer {
  return { byteLength: bytes.byteLength, slice: (start, end) => bytes.slice(start, end) };
}

async function loadReader(): Promise<typeof import('hyparquet')> {
  try {
    return await import('hyparquet');
  } catch (cause) {
    throw new ConfigurationError(
      'no_hyparquet',
      `Parquet is read by the package hyparquet, which cannot be loaded (${messageOf(cause)}). \`npm install hyparquet\`.`,
      { cause },
    );
  }
}

/** Snappy and plain pages need no more than the reader; for the others there is a second package. */
async function loadCompressors(): Promise<object> {
  try {
    const name = 'hyparquet-compressors'; // a variable: bundlers shall not demand it
    const { compressors } = await import(/* @vite-ignore */ name);
    return { compressors };
  } catch {
    return {}; // then a file that needs it says so by the reader's error
  }
}

/** Values as JSON has them: a prompt, a journal and the core take no others. */
function plain(value: unknown, depth: number, name: string): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0)
    throw new InputError('bad_parquet', `${name}: a row is nested more than ${deepestValue} levels deep.`);
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array);
  if (Array.isArray(value)) return value.map((item) => plain(item, depth - 1, name));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, depth - 1, name)]));
}
