/** Where answers of models are kept, by the key of their request. Values are text. */
export interface Cache {
  /** What was kept under the key, if anything. */
  get(key: string): string | undefined | Promise<string | undefined>;
  /** Keeps a text under the key, in the place of what was there. */
  set(key: string, value: string): void | Promise<void>;
}

/** A cache in memory that forgets what was not used for longest. */
export function memoryCache({ entries = 10_000 }: { entries?: number } = {}): Cache {
  const kept = new Map<string, string>();
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
      kept.delete(key);
      kept.set(key, value);
      if (kept.size > entries) kept.delete(kept.keys().next().value as string);
    },
  };
}
