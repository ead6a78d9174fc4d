import { once } from 'node:events';
import { connectRedis, type RedisConnectionSettings } from './connection.ts';
import { storeErrorOf } from './store-error-of.ts';

export interface ServerInfoSettings extends RedisConnectionSettings {
  /** How long a connection is waited for. */
  readonly timeoutMs: number;
}

/** What Redis says of itself (the text of `INFO`), over a connection of its own. Rejects with StoreError, without trying again. */
export async function readServerInfo(settings: ServerInfoSettings): Promise<string> {
  const client = connectRedis(settings);
  // `once` hears the first error; one that follows would end the process.
  client.on('error', () => undefined);
  try {
    await once(client, 'ready', { signal: AbortSignal.timeout(settings.timeoutMs) });
    return await client.info();
  } catch (error) {
    throw storeErrorOf(error);
  } finally {
    client.disconnect();
  }
}
