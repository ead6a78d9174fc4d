import { Redis } from 'ioredis';
import { Secret, systemClock, type Clock, type LedgerEvent, type NanoUsd } from '@tollgate/core';
import { cleanPrefix, randomPrefix, testRedis } from '@tollgate/testkit';
import { createMemoryStore, type Store } from '../../src/index.ts';
import { openRedisStore } from '../../src/redis/redis-store.ts';
import { readScripts } from '../../src/scripts/script.ts';

export interface StreamEntry {
  readonly sequence: number;
  readonly event: LedgerEvent;
  readonly correctsNanoUsd: NanoUsd | undefined;
  readonly periods: readonly string[];
}

/** A store whose time the test owns. */
export interface Bench extends AsyncDisposable {
  readonly store: Store;
  /** Whether `events` has those too that were trimmed. */
  readonly keepsAll: boolean;
  setNow(nowMs: number): Promise<void>;
  /** The events of the shard so far. */
  events(shard: string): Promise<readonly StreamEntry[]>;
  /** Everything that is kept, byte for byte; undefined where that cannot be seen. */
  contents(): Promise<string | undefined>;
}

export type OpenBench = () => Promise<Bench>;

/** Small, so that a test can go beyond it. */
const maxTagValues = 3;

export const startMs = Date.UTC(2026, 10, 23, 12);

export async function openMemoryBench(): Promise<Bench> {
  let nowMs = startMs;
  const clock: Clock = { ...systemClock, nowMs: () => nowMs };
  const entries = new Map<string, StreamEntry[]>();
  const onEvent = ({ shard, ...entry }: StreamEntry & { readonly shard: string }): void => {
    entries.set(shard, [...(entries.get(shard) ?? []), entry]);
  };
  const store = createMemoryStore({ clock, maxTagValues, onEvent });
  return {
    store,
    keepsAll: true,
    setNow: async (ms) => {
      nowMs = ms;
    },
    events: async (shard) => entries.get(shard) ?? [],
    contents: async () => undefined,
    [Symbol.asyncDispose]: () => store.close(),
  };
}

/** Replaces the scripts' question for the time, which nothing but their text decides, by a key that the test sets. */
export function scriptsWithClock(clockKey: string): ReadonlyMap<string, string> {
  const texts = [...readScripts()].map(
    ([file, text]) => [file, text.replace("redis.call('TIME')", `redis.call('LRANGE', '${clockKey}', 0, 1)`)] as const,
  );
  return new Map(texts);
}

/** Also able to make a shard believe that another server wrote it. */
export interface RedisBench extends Bench {
  pretendRun(shard: string, run: string): Promise<void>;
}

export async function openRedisBench(): Promise<RedisBench> {
  const url = await testRedis();
  const keyPrefix = randomPrefix();
  const clockKey = `${randomPrefix()}-clock`;
  const redis = new Redis(url);
  const store = openRedisStore(
    {
      connection: { kind: 'single', url: new Secret(url) },
      keyPrefix,
      timeoutMs: 5000,
      clock: systemClock,
      maxTagValues,
    },
    scriptsWithClock(clockKey),
  );
  const setNow = async (nowMs: number): Promise<void> => {
    const seconds = Math.floor(nowMs / 1000);
    await redis
      .multi()
      .del(clockKey)
      .rpush(clockKey, seconds, (nowMs - seconds * 1000) * 1000)
      .exec();
  };
  await setNow(startMs);
  await store.whenReady(5000);
  return {
    store,
    keepsAll: false,
    setNow,
    events: async (shard) =>
      (await redis.xrange(`${keyPrefix}:{s${shard}}:ev`, '-', '+')).map(([, fields]) => readEntry(fields)),
    contents: () => dump(redis, keyPrefix),
    pretendRun: async (shard, run) => {
      await redis.hset(`${keyPrefix}:{s${shard}}:m`, 'run', run);
    },
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await redis.del(clockKey);
      redis.disconnect();
      await cleanPrefix(url, keyPrefix);
    },
  };
}

function readEntry(fields: readonly string[]): StreamEntry {
  const field = (name: string): string => {
    const value = fields[fields.indexOf(name) + 1];
    if (value === undefined) throw new Error(`the entry has no ${name}`);
    return value;
  };
  const corrects = field('corrects');
  const periods = field('periods');
  return {
    sequence: Number(field('sequence')),
    event: JSON.parse(field('event')),
    correctsNanoUsd: corrects === '' ? undefined : BigInt(corrects),
    periods: periods === '' ? [] : periods.split('\n'),
  };
}

/** Every key under the prefix with all that it holds and when it expires. Not DUMP: a hash that is only read may change its order. */
export async function dump(redis: Redis, prefix: string): Promise<string> {
  const keys = (await redis.keys(`${prefix}:*`)).toSorted();
  const lines = keys.map(async (key) => {
    const [value, expiresAtMs] = await Promise.all([readAny(redis, key), redis.pexpiretime(key)]);
    return `${key} ${expiresAtMs} ${JSON.stringify(value)}`;
  });
  return (await Promise.all(lines)).join('\n');
}

async function readAny(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'hash':
      return Object.entries(await redis.hgetall(key)).toSorted(([a], [b]) => (a < b ? -1 : 1));
    case 'zset':
      return redis.zrange(key, '-inf', '+inf', 'BYSCORE', 'WITHSCORES');
    case 'set':
      return (await redis.smembers(key)).toSorted();
    case 'stream':
      return redis.xrange(key, '-', '+');
    default:
      throw new Error(`${key} is a ${type}, which no key of ours is`);
  }
}
