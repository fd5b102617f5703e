import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, StoreError } from '../errors.js';
import type { Cache } from '../lm/cache.js';

let temporary = 0;

/**
 * A cache in a directory, one file a key. A file is written beside its place and moved there, so that it is whole or
 * absent, whoever else writes. Files that were damaged since are dropped.
 */
export function fileCache(directory: string): Cache {
  const placeOf = (key: string) => {
    if (!/^[\w-]{1,128}$/.test(key))
      throw new StoreError('bad_key', `A cache key must be letters and digits, not ${JSON.stringify(key)}.`);
    return join(directory, key.slice(0, 2), `${key}.json`);
  };
  return {
    async get(key) {
      const path = placeOf(key);
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw failed('read', path, error);
      }
      if (isEntry(text, key)) return JSON.parse(text).value;
      await rm(path, { force: true });
      return undefined;
    },
    async set(key, value) {
      const path = placeOf(key);
      const draft = `${path}.${process.pid}-${++temporary}`;
      try {
        await mkdir(join(directory, key.slice(0, 2)), { recursive: true });
        const file = await open(draft, 'w');
        try {
          await file.writeFile(JSON.stringify({ key, value }));
        } finally {
          await file.close();
        }
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true }).catch(() => undefined); // the first error is the one to tell
        throw failed('write', path, error);
      }
    },
  };
}

function isEntry(text: string, key: string): boolean {
  try {
    const entry = JSON.parse(text);
    return entry?.key === key && typeof entry.value === 'string';
  } catch {
    return false;
  }
}

/** An error of the file system, with what to do about it. @internal */
export function failed(what: 'read' | 'write', path: string, cause: unknown): StoreError {
  const code = codeOf(cause);
  const advice =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'the disk is full. Make room and start again: nothing that was written before is lost'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'it is not allowed here. Choose another place'
        : messageOf(cause);
  return new StoreError(
    code === 'ENOSPC' || code === 'EDQUOT' ? 'disk_full' : 'store',
    `Cannot ${what} ${path}: ${advice}.`,
    {
      cause,
      details: { path, ...(code ? { code } : {}) },
    },
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
