import type { Store } from './store.ts';
import { openRedisStore, type RedisStoreSettings } from './redis/redis-store.ts';
import { readScripts } from './scripts/script.ts';

export { createMemoryStore, type MemoryStoreSettings } from './memory/memory-store.ts';
export type { RedisAddress, RedisConnectionSettings, RedisNode, RedisTls } from './redis/connection.ts';
export type { RedisStoreSettings } from './redis/redis-store.ts';
export { readServerInfo, type ServerInfoSettings } from './redis/server-info.ts';
export type { Store } from './store.ts';

/** The store that nodes share. Reads the scripts from disk, then connects and keeps trying. */
export const createRedisStore = (settings: RedisStoreSettings): Store => openRedisStore(settings, readScripts());
