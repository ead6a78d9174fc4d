import { Redis } from 'ioredis';
import { Secret, systemClock } from '@tollgate/core';
import { cleanPrefix, randomPrefix, startRedis, testRedis, type PrivateRedis } from '@tollgate/testkit';
import { createRedisStore, type RedisStoreSettings, type Store } from '../../src/index.ts';

export interface LiveStore extends AsyncDisposable {
  readonly store: Store;
  /** A connection of the test's own. */
  readonly redis: Redis;
  readonly keyPrefix: string;
  /** Another node on the same keys. */
  another(over?: Partial<RedisStoreSettings>): Promise<Store>;
}

/** The store as it runs, by Redis' own clock, on the server that tests share. */
export async function openLiveStore(over: Partial<RedisStoreSettings> = {}): Promise<LiveStore> {
  const url = await testRedis();
  const keyPrefix = randomPrefix();
  return open({ url, keyPrefix, over, end: () => cleanPrefix(url, keyPrefix) });
}

/** The same on a server of its own, for what would disturb others. */
export async function openPrivateStore(
  over: Partial<RedisStoreSettings> = {},
): Promise<LiveStore & { readonly server: PrivateRedis }> {
  const server = await startRedis({ args: ['--enable-debug-command', 'yes'] });
  const live = await open({ url: server.url, keyPrefix: randomPrefix(), over, end: () => server.stop() });
  return { ...live, server };
}

async function open({
  url,
  keyPrefix,
  over,
  end,
}: {
  readonly url: string;
  readonly keyPrefix: string;
  readonly over: Partial<RedisStoreSettings>;
  readonly end: () => Promise<void>;
}): Promise<LiveStore> {
  const opened: Store[] = [];
  const another = async (more: Partial<RedisStoreSettings> = {}): Promise<Store> => {
    const connection = { kind: 'single', url: new Secret(url) } as const;
    const store = createRedisStore({ connection, keyPrefix, timeoutMs: 5000, clock: systemClock, ...over, ...more });
    opened.push(store);
    if (!(await store.whenReady(5000))) throw new Error('Redis does not answer');
    return store;
  };
  const redis = new Redis(url);
  redis.on('error', () => undefined);
  return {
    store: await another(),
    redis,
    keyPrefix,
    another,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((store) => store.close()));
      redis.disconnect();
      await end();
    },
  };
}
