import { StoreError } from '@tollgate/core';
import type { Store } from './store.ts';
import { openRedisStore, type RedisStoreSettings } from './redis/redis-store.ts';
import { nameScript, readScripts } from './scripts/script.ts';

export { LocalShare } from './memory/local-share.ts';
export { createMemoryStore, type MemoryStoreSettings } from './memory/memory-store.ts';
export { Reaper } from './reaper.ts';
export type { RedisConnectionSettings } from './redis/connection.ts';
export type { RedisStoreSettings } from './redis/redis-store.ts';
export { serverConcerns, type ServerConcern } from './redis/server-concerns.ts';
export { readServerInfo, type ServerInfoSettings } from './redis/server-info.ts';
export type { Store } from './store.ts';

/** The store that nodes share. Reads the scripts from disk, then connects and keeps trying. */
export const createRedisStore = (settings: RedisStoreSettings): Store => openRedisStore(settings, readScripts());

/** How long Redis is waited for at a start. */
const firstConnectionMs = 5_000;

/** The same once it serves. Rejects with StoreError, and leaves nothing behind, where it does not in time. */
export async function connectRedisStore(settings: RedisStoreSettings): Promise<Store> {
  const store = createRedisStore(settings);
  if (await store.whenReady(firstConnectionMs)) return store;
  await store.close();
  throw new StoreError(
    'unavailable',
    `Redis cannot be reached within ${firstConnectionMs / 1000} s. Check REDIS_URL and that it is running.`,
  );
}

/** What commands that run the script name it by, for tests and tools that watch them. Reads the disk. */
export function scriptName(file: string): string {
  const { sha, library } = nameScript(file, readScripts().get(file) ?? '');
  return library?.name ?? sha;
}
