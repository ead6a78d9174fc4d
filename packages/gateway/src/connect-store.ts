import { ConfigError, type RedisConfig } from '@tollgate/config';
import { StoreError, type Clock } from '@tollgate/core';
import { createRedisStore, readServerInfo, serverConcerns, type Store } from '@tollgate/store';
import type { Logger } from '@tollgate/telemetry';

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

/** Names what about Redis weakens what is promised. What cannot be asked is passed over: calls show soon enough. */
export async function logServerConcerns({ connection, ...settings }: RedisConfig, logger: Logger): Promise<void> {
  if (connection.kind === 'none') return;
  try {
    const info = await readServerInfo({ ...settings, connection, timeoutMs: firstConnectionMs });
    for (const { subject, found, advice } of serverConcerns(info)) {
      logger.warn('Redis is not set up as it should be', { subject, found, advice });
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    logger.warn('Redis could not be asked how it is set up', { error });
  }
}
