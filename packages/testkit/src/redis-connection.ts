import { Redis } from 'ioredis';

/** One connection that is not made again: once it is broken, everything asked rejects. */
export interface RedisConnection {
  /** The reply as ioredis gives it. */
  ask(command: string, ...args: readonly (string | number)[]): Promise<unknown>;
  close(): void;
}

/** Rejects where nothing listens there. */
export async function connectToRedis(url: string): Promise<RedisConnection> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  await redis.connect();
  return { ask: (command, ...args) => redis.call(command, ...args), close: () => redis.disconnect() };
}
