import type { Cache } from '../lm/cache.js';
import { seal, unseal } from './entry.js';
import { storeFailure, unavailable } from './failure.js';

/** Which of the platform's caches a {@link cacheStorageCache} is. */
export interface CacheStorageOptions {
  /** Its name; `strop-cache` unless given. `caches.delete(name)` removes it. */
  name?: string;
}

/**
 * A cache in the platform's Cache API: browsers over https, service workers, Deno, Cloudflare Workers (where each data
 * center has its own, and forgets when it likes). What it holds is bounded by the platform alone.
 */
export function cacheStorageCache({ name = 'strop-cache' }: CacheStorageOptions = {}): Cache {
  const place = `the Cache API's ${JSON.stringify(name)}`;
  let opened: ReturnType<CacheStorage['open']> | undefined;
  const open = async () => {
    if (typeof caches === 'undefined')
      throw unavailable('Cache API', 'in browsers over https, Deno and Cloudflare Workers');
    opened ??= caches.open(name);
    try {
      return await opened;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };
  const address = (key: string) => `https://strop.invalid/answers/${encodeURIComponent(key)}`; // never asked of anybody
  return {
    async get(key) {
      try {
        const response = await (await open()).match(address(key));
        return unseal(key, await response?.text());
      } catch (error) {
        throw storeFailure('read', place, error);
      }
    },
    async set(key, value) {
      try {
        const headers = { 'content-type': 'application/json', 'cache-control': 'max-age=31536000' }; // Cloudflare wants an age
        await (await open()).put(address(key), new Response(seal(key, value), { headers }));
      } catch (error) {
        throw storeFailure('write', place, error);
      }
    },
  };
}
