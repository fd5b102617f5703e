import type { Journal } from '../run/journal.js';
import { Database } from './database.js';
import { storeFailure } from './failure.js';
import { wholeLines } from './lines.js';

/**
 * A journal in the browser's IndexedDB, in a database of its own. Every batch of lines is one transaction, which the run
 * waits for: it is there as a whole or not at all.
 *
 * A run that is given the journal of an earlier one continues it, and repeats no call that it has the answer of.
 *
 * @param name the database's name; `indexedDB.deleteDatabase(name)` removes it.
 */
export function indexedDBJournal(name: string): Journal {
  const database = new Database(name, (db) => {
    db.createObjectStore('lines', { autoIncrement: true });
  });
  const place = `the journal ${JSON.stringify(name)} in IndexedDB`;
  const writing = { store: 'lines', mode: 'readwrite', durability: 'strict' } as const;
  return {
    async read() {
      try {
        const lines = await database.transact<string>(writing, (store, give) => {
          const request = store.getAll();
          request.onsuccess = () => {
            const text = request.result.join('');
            const whole = wholeLines(text);
            if (whole !== text) {
              store.clear();
              store.add(whole);
            }
            give(whole);
          };
        });
        return lines ?? '';
      } catch (error) {
        throw storeFailure('read', place, error);
      }
    },
    async append(lines) {
      try {
        await database.transact(writing, (store) => {
          store.add(lines);
        });
      } catch (error) {
        throw storeFailure('write', place, error);
      }
    },
    close() {
      database.close();
    },
  };
}
