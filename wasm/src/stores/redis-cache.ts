import { ConfigurationError, StoreError } from '../errors.js';
import type { Cache } from '../lm/cache.js';
import { seal, unseal } from './entry.js';
import { storeFailure } from './failure.js';

/** What is needed of a client of Redis, Valkey or what speaks like them: those of `redis` and of `ioredis` are such. */
export interface RedisClientLike {
  /** The text under a key. */
  get(key: string): Promise<unknown>;
  /** Keeps a text under a key. */
  set(key: string, value: string): Promise<unknown>;
  /** The same for so many seconds, as `redis` calls it. */
  setEx?(key: string, seconds: number, value: string): Promise<unknown>;
  /** The same for so many seconds, as `ioredis` calls it. */
  setex?(key: string, seconds: number, value: string): Promise<unknown>;
}

/** How a {@link redisCache} uses its server. */
export interface RedisCacheOptions {
  /** What its keys begin with; `strop:` unless given. */
  prefix?: string;
  /** After how many seconds an answer is forgotten; never unless given, but the server may have limits of its own. */
  ttl?: number;
  /** The longest wait for the server, in milliseconds, as clients wait without end for one that is away; 5,000 unless given. */
  timeout?: number;
}

/** A cache in Redis. The client is yours: connected before, and closed by you. */
export function redisCache(client: RedisClientLike, options: RedisCacheOptions = {}): Cache {
  const { prefix = 'strop:', ttl, timeout = 5_000 } = options;
  if (ttl !== undefined && !(Number.isInteger(ttl) && ttl > 0))
    throw new ConfigurationError('bad_ttl', `ttl must be a whole number of seconds from 1, not ${ttl}.`);
  if (ttl !== undefined && !client.setEx && !client.setex)
    throw new ConfigurationError('bad_client', 'This client of Redis has neither setEx nor setex, which `ttl` needs.');
  const put = (key: string, text: string) =>
    ttl === undefined
      ? client.set(key, text)
      : client.setEx
        ? client.setEx(key, ttl, text)
        : client.setex?.(key, ttl, text);
  const place = 'the cache in Redis';
  const advice = 'See whether the server is there and the client connected to it';
  return {
    async get(key) {
      try {
        return unseal(key, await within(timeout, client.get(prefix + key)));
      } catch (error) {
        throw storeFailure('read', place, error, advice);
      }
    },
    async set(key, value) {
      try {
        await within(timeout, put(prefix + key, seal(key, value)));
      } catch (error) {
        throw storeFailure('write', place, error, advice);
      }
    },
  };
}

/** What is promised, or an error once it takes too long. */
async function within<T>(milliseconds: number, promised: Promise<T> | undefined): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new StoreError(
          'store_timeout',
          `Redis has not answered for ${milliseconds} ms. See whether the server is there and the client connected to it.`,
        ),
      );
    }, milliseconds);
  });
  try {
    return await Promise.race([promised, late]);
  } finally {
    clearTimeout(timer);
  }
}
