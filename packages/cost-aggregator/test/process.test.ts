import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyLedger } from '@tollgate/core';
import { scriptName } from '@tollgate/store';
import { aggregate, until } from './support/aggregators.ts';
import { startAggregatorProcess } from './support/aggregator-process.ts';
import { openRedisProxy } from './support/redis-proxy.ts';
import { createCaller, openBench, spend, totals, type Bench } from './support/spending.ts';

/** An event that was applied, ten more, an aggregator process that is killed at the named point, and another after it. */
async function killedAt(
  point: 'holdBefore' | 'holdAfter',
  script: string,
  appliedByThen: (events: number) => boolean,
): Promise<void> {
  await using bench = await openBench();
  const caller = await createCaller(bench.store, 'acme');
  await spend(bench.store, caller, 2n);
  // Redis knows the scripts from here on, so that the process calls each by its name the first time.
  const first = aggregate(bench.store);
  await until(async () => (await totals(bench.store, caller)).requests === 1);
  await first.stop();
  for (let count = 0; count < 10; count += 1) await spend(bench.store, caller, 2n);
  const proxy = await openRedisProxy(bench.url);
  try {
    const reached = proxy[point](scriptName(script));
    await using victim = await startAggregatorProcess({ redisUrl: proxy.url, keyPrefix: bench.keyPrefix });
    await reached;
    victim.signal('SIGKILL');
    await victim.exited;
  } finally {
    await proxy.close();
  }
  assert.ok(appliedByThen((await totals(bench.store, caller)).requests));
  const successor = aggregate(bench.store);
  await until(async () => (await totals(bench.store, caller)).requests >= 11);
  await successor.stop();
  assert.deepEqual(await totals(bench.store, caller), { requests: 11, costNanoUsd: 22n });
  assert.equal((await verifyLedger(bench.store.keys, bench.store.books)).driftNanoUsd, 0n);
}

test('an aggregator that is killed after it read and before it applied loses nothing', () =>
  killedAt('holdBefore', 'apply', (events) => events === 1));

test('an aggregator that is killed before it heard what it read loses nothing', () =>
  killedAt('holdAfter', 'read-events', (events) => events === 1));

test('an aggregator that is killed after Redis applied and before it heard so applies nothing twice', () =>
  killedAt('holdAfter', 'apply', (events) => events > 1));

const get = async (url: string): Promise<{ status: number; text: string }> => {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
};

const startOn = (bench: Bench) => startAggregatorProcess({ redisUrl: bench.url, keyPrefix: bench.keyPrefix });

test('an aggregator tells its health and metrics, and SIGTERM ends it with all it took applied', async () => {
  await using bench = await openBench();
  const caller = await createCaller(bench.store, 'acme');
  await using running = await startOn(bench);
  for (let count = 0; count < 200; count += 1) await spend(bench.store, caller, 2n);
  assert.equal((await get(`${running.operatorUrl}/healthz`)).status, 200);
  assert.deepEqual(await get(`${running.operatorUrl}/readyz`), { status: 200, text: '{"status":"ready"}\n' });
  assert.match((await get(`${running.operatorUrl}/metrics`)).text, /^tollgate_stream_lag_events\{shard="00"\} 0$/m);
  assert.equal((await get(`${running.operatorUrl}/admin/v1/usage`)).status, 404);
  running.signal('SIGTERM');
  assert.equal(await running.exited, 0);
  const claiming = { shard: caller.tenant.shard, worker: 'after', atMost: 1000 };
  assert.deepEqual(await bench.store.stream.claim({ ...claiming, idleMs: 0 }), []);
  const { lag } = await bench.store.stream.read(claiming);
  assert.equal((await totals(bench.store, caller)).requests, 200 - lag);
});

test('without Redis an aggregator does not start, and says what to set', async () => {
  const started = startAggregatorProcess({ redisUrl: '', keyPrefix: 'none' });
  await assert.rejects(started, /REDIS_URL/);
});
