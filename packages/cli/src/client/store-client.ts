import type { AdminContext } from '@tollgate/admin';
import { pricesOf, type Config } from '@tollgate/config';
import type { Clock, Pepper, RedisAddress } from '@tollgate/core';
import { createRedisStore } from '@tollgate/store';
import { CommandFailure } from '../failure.ts';
import type { AdminClient } from './admin-client.ts';

export interface StoreClientOptions {
  readonly config: Config;
  readonly connection: RedisAddress;
  readonly mintingPepper: Pepper | undefined;
  readonly clock: Clock;
}

/** A person waits longer than a request does, and a list of all tenants takes longer than an admission. */
const connectMs = 3000;
const commandTimeoutMs = 5000;

/** Operations in this process, on the Redis that the gateway nodes share. */
export function createStoreClient({ config, connection, mintingPepper, clock }: StoreClientOptions): AdminClient {
  const { keyPrefix, username, password, tls } = config.redis;
  const store = createRedisStore({
    connection,
    username,
    password,
    tls,
    keyPrefix,
    timeoutMs: commandTimeoutMs,
    maxTagValues: config.tags.maxValues,
    clock,
  });
  const ready = store.whenReady(connectMs);
  const context: AdminContext = {
    store: store.keys,
    report: store.report,
    books: store.books,
    clock,
    mintingPepper,
    tiers: () => Promise.resolve(config),
    prices: () => Promise.resolve(pricesOf(config)),
  };
  return {
    call: async (operation, input) => {
      if (await ready) return operation.execute(context, input);
      throw new CommandFailure(
        `no connection to Redis within ${connectMs / 1000} s: check REDIS_URL and that it is running`,
      );
    },
    close: () => store.close(),
  };
}
