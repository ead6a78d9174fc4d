import type { RedisConfig, RedisConnection } from './config.ts';
import { ConfigError } from './problem.ts';

/** Where Redis is, for a process that cannot do without. Throws a ConfigError where config names none. */
export function requireRedis({ connection }: RedisConfig): Exclude<RedisConnection, { readonly kind: 'none' }> {
  if (connection.kind !== 'none') return connection;
  throw new ConfigError('environment', [{ path: 'REDIS_URL', line: undefined, message: redisMissing }]);
}

export const redisMissing =
  'is not set: it is the address of the Redis that all nodes share, such as `redis://127.0.0.1:6379`';
