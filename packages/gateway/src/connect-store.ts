import { ConfigError, type RedisConfig } from '@tollgate/config';
import type { Clock } from '@tollgate/core';
import { createRedisStore, type Store } from '@tollgate/store';

/** How long a node waits for Redis when it starts. */
const firstConnectionMs = 5_000;

/** The store that config names, connected. Throws where it names none or cannot be reached. */
export async function connectStore(redis: RedisConfig, { clock }: { readonly clock: Clock }): Promise<Store> {
  const { connection } = redis;
  if (connection.kind === 'none') {
    throw new ConfigError('environment', [
      {
        path: 'REDIS_URL',
        line: undefined,
        message: 'is not set: it is the address of the Redis that all nodes share, such as `redis://127.0.0.1:6379`',
      },
    ]);
  }
  const store = createRedisStore({ ...redis, connection, clock });
  if (await store.whenReady(firstConnectionMs)) return store;
  await store.close();
  throw new Error(
    `Redis cannot be reached within ${firstConnectionMs / 1000} s. Check REDIS_URL and that it is running.`,
  );
}
