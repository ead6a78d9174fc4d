/**
 * What an admission and a settlement cost the node that asks for them: bytes of heap and µs of CPU a call, Redis on the same machine:
 * `node --expose-gc packages/bench/src/redis-scripts/measure-client.ts`. What the caller itself makes for each is left out.
 */
import { Secret, systemClock } from '@tollgate/core';
import { createRedisStore } from '@tollgate/store';
import { startRedis } from '@tollgate/testkit';
import { countAllocations } from '../processes/count-allocations.ts';
import { BenchCaller } from './bench-caller.ts';

const calls = 2_000;
const atOnce = 10;
const rounds = 10;

const server = await startRedis();
const store = createRedisStore({
  connection: { kind: 'single', url: new Secret(server.url) },
  keyPrefix: 'bench',
  timeoutMs: 10_000,
  clock: systemClock,
});

interface Cost {
  readonly bytes: number;
  readonly userUs: number;
  readonly systemUs: number;
}

async function costOf(work: () => Promise<void>): Promise<Cost> {
  const allocated = countAllocations();
  const before = { bytes: allocated(), cpu: process.cpuUsage() };
  for (let at = 0; at < calls; at += atOnce) await Promise.all(Array.from({ length: atOnce }, work));
  const { user, system } = process.cpuUsage(before.cpu);
  return { bytes: (allocated() - before.bytes) / calls, userUs: user / calls, systemUs: system / calls };
}

const least = (costs: readonly Cost[], of: keyof Cost): number => Math.min(...costs.map((cost) => cost[of]));

try {
  await store.whenReady(5000);
  const caller = await BenchCaller.create(store);
  const kinds = { admit: () => caller.admit(), settle: () => caller.settle(), nothing: () => caller.makeOnly() };
  const measured = { admit: [] as Cost[], settle: [] as Cost[], nothing: [] as Cost[] };
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of ['admit', 'settle', 'nothing'] as const) measured[kind].push(await costOf(kinds[kind]));
  }
  for (const [kind, costs] of Object.entries(measured)) {
    const [bytes, user, system] = [least(costs, 'bytes'), least(costs, 'userUs'), least(costs, 'systemUs')];
    console.log(
      `${kind.padEnd(8)} ${Math.round(bytes)} bytes, user ${user.toFixed(1)} µs, system ${system.toFixed(1)} µs`,
    );
  }
} finally {
  await store.close();
  await server.stop();
}
