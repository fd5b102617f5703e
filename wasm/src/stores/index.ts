export { type CacheStorageOptions, cacheStorageCache } from './cache-storage-cache.js';
export { type IndexedDBCacheOptions, indexedDBCache } from './indexed-db-cache.js';
export { indexedDBJournal } from './indexed-db-journal.js';
export { type KVCacheOptions, type KVNamespaceLike, kvCache } from './kv-cache.js';
export { opfsJournal } from './opfs-journal.js';
export { type RedisCacheOptions, type RedisClientLike, redisCache } from './redis-cache.js';
