import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, StoreError } from '../errors.js';
import type { Cache } from '../lm/cache.js';
import { seal, unseal } from '../stores/entry.js';

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
      const value = unseal(key, text);
      if (value === undefined) await rm(path, { force: true }).catch(() => undefined); // else the next answer replaces it
      return value;
    },
    async set(key, value) {
      const path = placeOf(key);
      const draft = `${path}.${randomUUID()}`; // no process id: threads and containers may share one
      try {
        await mkdir(join(directory, key.slice(0, 2)), { recursive: true });
        await writeFile(draft, seal(key, value), { flag: 'wx' });
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true }).catch(() => undefined); // the first error is the one to tell
        throw failed('write', path, error);
      }
    },
  };
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
