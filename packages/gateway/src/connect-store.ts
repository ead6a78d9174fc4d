import { requireRedis, type Config, type RedisConfig } from '@tollgate/config';
import { StoreError, type Clock } from '@tollgate/core';
import { connectRedisStore, readServerInfo, serverConcerns, type Store } from '@tollgate/store';
import type { Logger } from '@tollgate/telemetry';

/** How long Redis may take to say how it is set up. */
const serverInfoMs = 5_000;

/** The store that config names, connected. Throws where it names none or cannot be reached. */
export const connectStore = async ({ redis, tags }: Config, { clock }: { readonly clock: Clock }): Promise<Store> =>
  connectRedisStore({
    ...redis,
    connection: requireRedis(redis),
    maxTagValues: tags.maxValues,
    separatesBulk: true,
    clock,
  });

/** Names what about Redis weakens what is promised. What cannot be asked is passed over: calls show soon enough. */
export async function logServerConcerns({ connection, ...settings }: RedisConfig, logger: Logger): Promise<void> {
  if (connection.kind === 'none') return;
  try {
    const info = await readServerInfo({ ...settings, connection, timeoutMs: serverInfoMs });
    for (const { subject, found, advice } of serverConcerns(info)) {
      logger.warn('Redis is not set up as it should be', { subject, found, advice });
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    logger.warn('Redis could not be asked how it is set up', { error });
  }
}
