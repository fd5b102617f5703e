import { unavailable } from './failure.js';

/** An IndexedDB with one object store, opened once it is needed, and again after it was closed under us. @internal */
export class Database {
  readonly #name: string;
  readonly #create: (db: IDBDatabase) => void;
  #opened: Promise<IDBDatabase> | undefined;

  constructor(name: string, create: (db: IDBDatabase) => void) {
    this.#name = name;
    this.#create = create;
  }

  /** One transaction; its result is what `work` has given to `give`, once all of it is done. */
  async transact<T>(
    options: { store: string; mode: IDBTransactionMode; durability?: IDBTransactionDurability },
    work: (store: IDBObjectStore, give: (result: T) => void) => void,
  ): Promise<T | undefined> {
    const { store, mode, durability = 'default' } = options;
    const begin = (db: IDBDatabase) => db.transaction(store, mode, { durability });
    let transaction: IDBTransaction;
    try {
      transaction = begin(await this.#open());
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'InvalidStateError')) throw error;
      this.close(); // it was closing, which is said only here
      transaction = begin(await this.#open());
    }
    return new Promise((resolve, reject) => {
      let result: T | undefined;
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was ended'));
      work(transaction.objectStore(store), (given) => {
        result = given;
      });
    });
  }

  close(): void {
    this.#opened?.then(
      (db) => db.close(),
      () => undefined, // who waited for it was told
    );
    this.#opened = undefined;
  }

  #open(): Promise<IDBDatabase> {
    if (this.#opened) return this.#opened;
    const opened = new Promise<IDBDatabase>((resolve, reject) => {
      if (typeof indexedDB === 'undefined') throw unavailable('IndexedDB', 'in pages and workers of browsers');
      const request = indexedDB.open(this.#name, 1);
      request.onupgradeneeded = () => this.#create(request.result);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    this.#opened = opened;
    const forget = () => {
      if (this.#opened === opened) this.#opened = undefined;
    };
    opened.then((db) => {
      db.onversionchange = () => {
        db.close(); // somebody deletes it, who shall not have to wait for us
        forget();
      };
      db.onclose = forget;
    }, forget);
    return opened;
  }
}
