/**
 * CPU time of Redis that an admission, a settlement and a refusal cost, by Redis' own count (`INFO commandstats`), with
 * limits on requests and tokens a minute, concurrency and a budget each on key and tenant:
 * `node packages/bench/src/redis-scripts/measure.ts`. `--quick` leaves the rings nearly empty; `--tenants 100` takes calls of so many in turn.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Secret, systemClock } from '@tollgate/core';
import { createRedisStore } from '@tollgate/store';
import { askRedis, startRedis } from '@tollgate/testkit';
import { BenchCaller } from './bench-caller.ts';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, tenants: { type: 'string', default: '1' } },
});
const quick = options.quick === true;
const tenants = Number(options.tenants);
const callsOfRound = Math.max(1_000, tenants);
const rounds = Math.ceil((quick ? 30_000 : 60_000) / callsOfRound);
const atOnce = 50;
/** Longer than the rings remember, so that each of their seconds is in use. */
const warmUpSeconds = quick ? 1 : 62;

const server = await startRedis();
const store = createRedisStore({
  connection: { kind: 'single', url: new Secret(server.url) },
  keyPrefix: 'bench',
  timeoutMs: 10_000,
  clock: systemClock,
});

/** µs of Redis a script that ran meanwhile, by the server's own count. */
async function cost(work: () => Promise<void>): Promise<number> {
  await askRedis(server.url, 'CONFIG', 'RESETSTAT');
  await work();
  const stats = String(await askRedis(server.url, 'INFO', 'commandstats'));
  const found = /cmdstat_(?:evalsha|fcall):calls=(\d+),usec=(\d+)/.exec(stats);
  return Number(found?.[2]) / Number(found?.[1]);
}

async function inBatches(count: number, work: (index: number) => Promise<void>): Promise<void> {
  for (let at = 0; at < count; at += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, count - at) }, (_, index) => work(at + index)));
  }
}

async function measureRound(
  of: (index: number) => BenchCaller,
): Promise<Record<'admit' | 'settle' | 'refuse', number>> {
  const admit = await cost(() => inBatches(callsOfRound, (index) => of(index).admit()));
  const settle = await cost(() => inBatches(callsOfRound, (index) => of(index).settle()));
  const refuse = await cost(() => inBatches(callsOfRound, (index) => of(index).refuse()));
  return { admit, settle, refuse };
}

try {
  await store.whenReady(5000);
  const callers: BenchCaller[] = [];
  for (let tenant = 0; tenant < tenants; tenant += 1) {
    callers.push(await BenchCaller.create(store, { name: `tenant-${tenant}` }));
  }
  const of = (index: number): BenchCaller => {
    const caller = callers[index % tenants];
    if (caller === undefined) throw new Error('--tenants is a whole number from 1');
    return caller;
  };
  for (let second = 0; second < warmUpSeconds; second += 1) {
    await inBatches(atOnce, (index) => of(index).admit());
    await inBatches(atOnce, (index) => of(index).settle());
    await delay(1000 - (Date.now() % 1000));
  }
  const measured: Awaited<ReturnType<typeof measureRound>>[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await measureRound(of));
  const version = /redis_version:(\S+)/.exec(String(await askRedis(server.url, 'INFO', 'server')))?.[1];
  console.log(
    `Redis ${version}: µs a script, ${rounds} rounds of ${callsOfRound} calls, ${tenants} tenants: the least, the first quarter, the median`,
  );
  for (const script of ['admit', 'settle', 'refuse'] as const) {
    const sorted = measured.map((round) => round[script]).toSorted((a, b) => a - b);
    const [least, quarter, median] = [0, 0.25, 0.5].map((share) => sorted[Math.floor(share * sorted.length)] ?? 0);
    console.log(`${script.padEnd(8)} ${least?.toFixed(1)}  ${quarter?.toFixed(1)}  ${median?.toFixed(1)}`);
  }
} finally {
  await store.close();
  await server.stop();
}
