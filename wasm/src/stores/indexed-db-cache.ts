import type { Cache } from '../lm/cache.js';
import { Database } from './database.js';
import { seal, unseal } from './entry.js';
import { storeFailure } from './failure.js';

/** Where an {@link indexedDBCache} is, and how much it keeps. */
export interface IndexedDBCacheOptions {
  /** The database's name; `strop-cache` unless given. */
  name?: string;
  /** The most entries; 10,000 unless given. Those that were written first make room for others. */
  entries?: number;
}

/**
 * A cache in the browser's IndexedDB, for pages and their workers, which may share it. It is there until the user or the
 * browser removes the site's data.
 */
export function indexedDBCache({ name = 'strop-cache', entries = 10_000 }: IndexedDBCacheOptions = {}): Cache {
  const database = new Database(name, (db) => {
    db.createObjectStore('entries', { keyPath: 'key' }).createIndex('written', 'written');
  });
  const place = `the IndexedDB ${JSON.stringify(name)}`;
  return {
    async get(key) {
      try {
        const found = await database.transact<{ entry?: unknown } | undefined>(
          { store: 'entries', mode: 'readonly' },
          (store, give) => {
            const request = store.get(key);
            request.onsuccess = () => give(request.result);
          },
        );
        return unseal(key, found?.entry);
      } catch (error) {
        throw storeFailure('read', place, error);
      }
    },
    async set(key, value) {
      try {
        await database.transact({ store: 'entries', mode: 'readwrite' }, (store) => {
          store.put({ key, entry: seal(key, value), written: Date.now() });
          const count = store.count();
          count.onsuccess = () => forgetFirst(store, count.result - entries);
        });
      } catch (error) {
        throw storeFailure('write', place, error);
      }
    },
  };
}

/** Removes the entries that were written first. */
function forgetFirst(store: IDBObjectStore, number: number): void {
  if (number <= 0) return;
  const keys = store.index('written').getAllKeys(null, number);
  keys.onsuccess = () => {
    for (const key of keys.result) store.delete(key);
  };
}
