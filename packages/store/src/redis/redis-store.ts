import type { Clock } from '@tollgate/core';
import { defaultMaxTagValues, type Store } from '../store.ts';
import { connectRedis, type RedisClient, type RedisConnectionSettings } from './connection.ts';
import { RedisLink } from './link.ts';
import { openRedisAlerts } from './redis-alerts.ts';
import { openRedisLedger, openRedisRegistry } from './redis-ledger.ts';
import { RedisAdmissionStore } from './redis-admission.ts';
import { RedisBooks } from './redis-books.ts';
import { openRedisClaims } from './redis-claims.ts';
import { openRedisResponses } from './redis-responses.ts';
import { RedisKeyStore } from './redis-keys.ts';
import { RedisUsage } from './redis-usage.ts';
import { ReplicatedRuns } from './replicated-runs.ts';
import { ServerClock } from './server-clock.ts';

export interface RedisStoreSettings extends RedisConnectionSettings {
  /** What every key begins with. */
  readonly keyPrefix: string;
  /** How long a command is waited for. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** `replica`: an admission counts only once a replica has it too. By default the primary is enough. */
  readonly durability?: 'primary' | 'replica';
  /** What is sent again in bulk, and recovery, have a connection of their own. */
  readonly separatesBulk?: boolean;
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
  const { clock, keyPrefix, timeoutMs, onFault = ignore } = settings;
  const client = connectRedis(settings);
  const further: RedisClient[] = [];
  const link = new RedisLink({ client, scripts, clock, timeoutMs });
  const linkOfItsOwn = (): RedisLink => {
    const own = connectRedis(settings);
    // Whoever uses it hears of its failures; what nobody hears would end the process.
    own.on('error', ignore);
    further.push(own);
    return new RedisLink({ client: own, scripts, clock, timeoutMs });
  };
  const serverClock = new ServerClock(clock);
  const common = { keyPrefix, clock, serverClock, onFault };
  const maxBacklogEvents = settings.maxBacklogEvents ?? defaultMaxBacklogEvents;
  const replicated = settings.durability === 'replica' ? new ReplicatedRuns(linkOfItsOwn()) : undefined;
  const admission = new RedisAdmissionStore({ ...common, link, replicated, maxBacklogEvents });
  const bulkLink = settings.separatesBulk === true ? linkOfItsOwn() : link;
  const usageOptions = { link, keyPrefix, maxTagValues: settings.maxTagValues ?? defaultMaxTagValues };
  const usage = new RedisUsage(usageOptions);
  reportConnection(client, settings);
  client.on('ready', () => void admission.reconnected());
  return {
    admission,
    bulk: new RedisAdmissionStore({ ...common, link: bulkLink, maxBacklogEvents }),
    keys: new RedisKeyStore({ link, keyPrefix, clock, serverClock }),
    ledger: openRedisLedger({ link: bulkLink, keyPrefix }),
    nodes: openRedisRegistry({ link, keyPrefix }),
    responses: openRedisResponses({ link, keyPrefix }),
    claims: openRedisClaims({ link, keyPrefix }),
    stream: usage,
    report: usage,
    books: new RedisBooks(usageOptions),
    alerts: openRedisAlerts({ link, keyPrefix }),
    ping: () => link.ping(),
    whenReady: async (withinMs) => {
      const ready = [client, ...further].map((one) => whenReady(one, withinMs, clock));
      const isReady = (await Promise.all(ready)).every(Boolean);
      if (isReady) await link.within(link.prepared).catch(ignore);
      return isReady;
    },
    close: async () => {
      for (const one of [client, ...further]) one.disconnect();
    },
  };
}

function reportConnection(client: RedisClient, { onConnection = ignore }: RedisStoreSettings): void {
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
  client.on('ready', () => changed(true));
}

const whenReady = (client: RedisClient, withinMs: number, clock: Clock): Promise<boolean> =>
  new Promise((resolve) => {
    if (client.status === 'ready') return resolve(true);
    const cancel = clock.schedule(withinMs, () => resolve(false));
    client.once('ready', () => {
      cancel();
      resolve(true);
    });
  });
