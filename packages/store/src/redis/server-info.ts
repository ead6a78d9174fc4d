import { once } from 'node:events';
import { Cluster } from 'ioredis';
import { connectRedis, type RedisConnectionSettings } from './connection.ts';
import { serverConcerns } from './server-concerns.ts';
import { storeErrorOf } from './store-error-of.ts';

export interface ServerInfoSettings extends RedisConnectionSettings {
  /** How long a connection is waited for. */
  readonly timeoutMs: number;
}

/**
 * What Redis says of itself (the text of `INFO`), over a connection of its own: with Sentinel its primary, and of a Cluster
 * the primary of which most has to be said. Rejects with StoreError, without trying again.
 */
export async function readServerInfo(settings: ServerInfoSettings): Promise<string> {
  const client = connectRedis(settings);
  // `once` hears the first error; one that follows would end the process.
  client.on('error', () => undefined);
  try {
    await once(client, 'ready', { signal: AbortSignal.timeout(settings.timeoutMs) });
    if (!(client instanceof Cluster)) return await client.info();
    const infos = await Promise.all(client.nodes('master').map((node) => node.info()));
    const [worst = ''] = infos.toSorted((a, b) => serverConcerns(b).length - serverConcerns(a).length);
    return worst;
  } catch (error) {
    throw storeErrorOf(error);
  } finally {
    client.disconnect();
  }
}
