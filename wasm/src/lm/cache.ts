/** Where answers of models are kept, by the key of their request. Values are text. */
export interface Cache {
  /** What was kept under the key, if anything. */
  get(key: string): string | undefined | Promise<string | undefined>;
  /** Keeps a text under the key, in the place of what was there. */
  set(key: string, value: string): void | Promise<void>;
}

/**
 * How a cache is used: `use` asks a model only for what is not there; `refresh` asks for everything, and keeps the answers
 * in the place of what was there; `bypass` neither reads nor writes.
 */
export type Caching = 'use' | 'bypass' | 'refresh';

/** How much a cache in memory keeps. */
export interface MemoryCacheOptions {
  /** The most entries; 10,000 unless given. */
  entries?: number;
  /** The most bytes, at two for a UTF-16 unit of keys and values; 100,000,000 unless given. */
  bytes?: number;
}

/** A cache in memory that forgets what was not used for longest. What is larger than all of it is not kept. */
export function memoryCache({ entries = 10_000, bytes = 100_000_000 }: MemoryCacheOptions = {}): Cache {
  const kept = new Map<string, string>();
  let held = 0;
  const sizeOf = (key: string, value: string) => 2 * (key.length + value.length);
  const forget = (key: string) => {
    const value = kept.get(key);
    if (value === undefined) return;
    kept.delete(key);
    held -= sizeOf(key, value);
  };
  return {
    get(key) {
      const value = kept.get(key);
      if (value !== undefined) {
        kept.delete(key); // the order of a Map is the order of insertion
        kept.set(key, value);
      }
      return value;
    },
    set(key, value) {
      forget(key);
      const size = sizeOf(key, value);
      if (size > bytes) return; // and it shall not drive everything else out
      kept.set(key, value);
      held += size;
      while (kept.size > entries || held > bytes) forget(kept.keys().next().value as string);
    },
  };
}
