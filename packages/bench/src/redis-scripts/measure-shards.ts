/**
 * CPU of Redis that a call takes, admission and settlement, with one primary and with a Cluster of three, by the servers' own count of
 * user and system time: `node packages/bench/src/redis-scripts/measure-shards.ts`. Each primary has a replica in both.
 */
import { Secret, systemClock, type RedisAddress } from '@tollgate/core';
import { createRedisStore } from '@tollgate/store';
import { askRedis, startRedis, startRedisCluster, startReplica, type PrivateRedis } from '@tollgate/testkit';
import { BenchCaller } from './bench-caller.ts';

const tenants = 60;
const calls = 12_000;
const atOnce = 30;
const rounds = 3;

async function cpuUs({ url }: PrivateRedis): Promise<number> {
  const cpu = String(await askRedis(url, 'INFO', 'cpu'));
  const seconds = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(cpu)?.[1]);
  return (seconds('used_cpu_user_main_thread') + seconds('used_cpu_sys_main_thread')) * 1e6;
}

/** µs a call of each primary, in the round that took least. */
async function measure(connection: RedisAddress, primaries: readonly PrivateRedis[]): Promise<readonly number[]> {
  const store = createRedisStore({ connection, keyPrefix: 'bench', timeoutMs: 10_000, clock: systemClock });
  try {
    if (!(await store.whenReady(10_000))) throw new Error('Redis does not come up');
    const callers = await Promise.all(
      Array.from({ length: tenants }, (_, tenant) => BenchCaller.create(store, { name: `tenant-${tenant}` })),
    );
    const load = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at += atOnce) {
        const some = callers.slice(at % tenants, (at % tenants) + atOnce);
        await Promise.all(some.map((caller) => caller.admit()));
        await Promise.all(some.map((caller) => caller.settle()));
      }
    };
    await load(2_000);
    const measured: (readonly number[])[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = await Promise.all(primaries.map(cpuUs));
      await load(calls);
      const after = await Promise.all(primaries.map(cpuUs));
      measured.push(after.map((us, index) => (us - (before[index] ?? 0)) / calls));
    }
    return measured.toSorted((a, b) => sum(a) - sum(b))[0] ?? [];
  } finally {
    await store.close();
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);

function tell(what: string, each: readonly number[]): void {
  const busiest = Math.max(...each);
  const shares = each.map((us) => us.toFixed(0)).join(' + ');
  console.log(
    `${what}: ${sum(each).toFixed(0)} µs a call (${shares}); the busiest primary is full at ${Math.floor(1e6 / busiest)} calls/s`,
  );
}

const single = await startRedis();
const replica = await startReplica(single);
tell('one primary', await measure({ kind: 'single', url: new Secret(single.url) }, [single]));
await replica.stop();
await single.stop();
const cluster = await startRedisCluster();
const nodes = cluster.primaries.map(({ port }) => ({ host: '127.0.0.1', port }));
tell('three primaries', await measure({ kind: 'cluster', nodes }, cluster.primaries));
await cluster.stop();
