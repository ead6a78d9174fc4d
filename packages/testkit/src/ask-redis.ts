import { Redis } from 'ioredis';

/** One command over a connection of its own; the reply as ioredis gives it. */
export async function askRedis(url: string, command: string, ...args: readonly (string | number)[]): Promise<unknown> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  redis.on('error', () => undefined);
  try {
    return await redis.call(command, ...args);
  } finally {
    redis.disconnect();
  }
}
