import { ConfigurationError } from '../errors.js';
import type { Cache } from '../lm/cache.js';
import { seal, unseal } from './entry.js';
import { storeFailure } from './failure.js';

/** What is needed of a KV namespace: Cloudflare's `KVNamespace` is one. */
export interface KVNamespaceLike {
  /** The text under a key. */
  get(key: string): Promise<string | null>;
  /** Keeps a text under a key, for so many seconds if that is said. */
  put(key: string, value: string, options?: { expirationTtl?: number }): Promise<void>;
}

/** How a {@link kvCache} uses its namespace. */
export interface KVCacheOptions {
  /** What its keys begin with; `strop:` unless given. */
  prefix?: string;
  /** After how many seconds an answer is forgotten, 60 at the least; never unless given. */
  expirationTtl?: number;
}

/**
 * A cache in Cloudflare Workers KV. KV is consistent in the end only: an answer that is kept in one place of the world may
 * be asked once more in another one for about a minute.
 */
export function kvCache(namespace: KVNamespaceLike, { prefix = 'strop:', expirationTtl }: KVCacheOptions = {}): Cache {
  if (expirationTtl !== undefined && !(Number.isInteger(expirationTtl) && expirationTtl >= 60)) {
    throw new ConfigurationError(
      'bad_ttl',
      `expirationTtl must be a whole number of seconds from 60, as KV takes it, not ${expirationTtl}.`,
    );
  }
  const place = 'the cache in KV';
  const advice = 'See whether the namespace is bound, and whether its limits of requests and of size are kept';
  return {
    async get(key) {
      try {
        return unseal(key, await namespace.get(prefix + key));
      } catch (error) {
        throw storeFailure('read', place, error, advice);
      }
    },
    async set(key, value) {
      try {
        await namespace.put(prefix + key, seal(key, value), expirationTtl === undefined ? {} : { expirationTtl });
      } catch (error) {
        throw storeFailure('write', place, error, advice);
      }
    },
  };
}
