import type { Clock } from '@tollgate/core';
import { defaultMaxTagValues, type Store } from '../store.ts';
import { connectRedis, type RedisConnectionSettings } from './connection.ts';
import { RedisLink } from './link.ts';
import { openRedisAlerts } from './redis-alerts.ts';
import { openRedisLedger, openRedisRegistry } from './redis-ledger.ts';
import { RedisAdmissionStore } from './redis-admission.ts';
import { RedisBooks } from './redis-books.ts';
import { openRedisClaims } from './redis-claims.ts';
import { openRedisResponses } from './redis-responses.ts';
import { RedisKeyStore } from './redis-keys.ts';
import { RedisUsage } from './redis-usage.ts';
import { ServerClock } from './server-clock.ts';

export interface RedisStoreSettings extends RedisConnectionSettings {
  /** What every key begins with. */
  readonly keyPrefix: string;
  /** How long a command is waited for. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Usage events of a shard that may wait unread before admissions stop. */
  readonly maxBacklogEvents?: number;
  /** Distinct values of a tag that roll-ups keep apart; further ones count as `other`. */
  readonly maxTagValues?: number;
  /** The connection came or went; `cause` where it went with an error. Called for changes only. */
  readonly onConnection?: (connected: boolean, cause: Error | undefined) => void;
  /** A fault of ours in work that nobody waits for. */
  readonly onFault?: (error: unknown) => void;
}

const defaultMaxBacklogEvents = 1_000_000;
const ignore = (): void => undefined;

/** Connects and keeps trying. Not connected yet, every method rejects with StoreError `unavailable`. */
export function openRedisStore(settings: RedisStoreSettings, scripts: ReadonlyMap<string, string>): Store {
  const { clock, keyPrefix, timeoutMs, onConnection = ignore, onFault = ignore } = settings;
  const client = connectRedis(settings);
  const link = new RedisLink({ client, scripts, clock, timeoutMs });
  const serverClock = new ServerClock(clock);
  const admission = new RedisAdmissionStore({
    link,
    keyPrefix,
    clock,
    serverClock,
    maxBacklogEvents: settings.maxBacklogEvents ?? defaultMaxBacklogEvents,
    onFault,
  });
  const usageOptions = { link, keyPrefix, maxTagValues: settings.maxTagValues ?? defaultMaxTagValues };
  const usage = new RedisUsage(usageOptions);

  let connected = false;
  let cause: Error | undefined;
  const changed = (now: boolean): void => {
    if (now === connected) return;
    connected = now;
    onConnection(now, cause);
    cause = undefined;
  };
  client.on('error', (error: Error) => (cause = error));
  client.on('close', () => changed(false));
  client.on('ready', () => {
    changed(true);
    void admission.reconnected();
  });

  return {
    admission,
    keys: new RedisKeyStore({ link, keyPrefix, clock, serverClock }),
    ledger: openRedisLedger({ link, keyPrefix }),
    nodes: openRedisRegistry({ link, keyPrefix }),
    responses: openRedisResponses({ link, keyPrefix }),
    claims: openRedisClaims({ link, keyPrefix }),
    stream: usage,
    report: usage,
    books: new RedisBooks(usageOptions),
    alerts: openRedisAlerts({ link, keyPrefix }),
    ping: () => link.ping(),
    whenReady: (withinMs) =>
      new Promise((resolve) => {
        if (link.ready) return resolve(true);
        const cancel = clock.schedule(withinMs, () => resolve(false));
        client.once('ready', () => {
          cancel();
          resolve(true);
        });
      }),
    close: async () => client.disconnect(),
  };
}
