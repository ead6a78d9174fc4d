import { join } from 'node:path';
import { loadConfig, type Variables } from '@tollgate/config';
import type { Clock } from '@tollgate/core';
import { findRedisServer } from './private-redis/find-redis-server.ts';
import { startPrivateRedis } from './private-redis/start-private-redis.ts';
import { nothingToStop, type Provided } from './provided.ts';

export interface StateOptions {
  readonly variables: Variables;
  readonly configPath: string;
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/** Where keys, limits and money are kept: the Redis that is configured, else one of our own, else this process' memory. */
export async function provideState(options: StateOptions): Promise<Provided> {
  const { variables, configPath } = options;
  const nothingNew = { variables, stop: nothingToStop };
  if (loadConfig({ path: configPath, environment: variables }).redis.connection.kind !== 'none') {
    return { ...nothingNew, description: 'the Redis that is configured' };
  }
  const server = findRedisServer(variables['PATH'] ?? '');
  if (server.kind !== 'found') {
    const reason =
      server.kind === 'none' ? 'no redis-server is on PATH' : `Redis ${server.version} is too old, 7.0 is needed`;
    return { ...nothingNew, description: `in memory, for this one process and gone at its exit (${reason})` };
  }
  const dataDirectory = join(options.stateDirectory, 'redis');
  const redis = await startPrivateRedis({ ...options, command: server.command, dataDirectory });
  return {
    variables: { ...variables, REDIS_URL: redis.url },
    description: `a ${server.command} of its own, with its data under ${dataDirectory}`,
    stop: () => redis.stop(),
  };
}
