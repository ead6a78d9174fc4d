import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError } from '@tollgate/core';
import { openRedisBench, startMs } from '../conformance/bench.ts';
import { admit, createCaller, requestOf, totalBudget } from '../conformance/fixtures.ts';
import { openLiveStore } from './live-store.ts';

const leaseMs = 35_000;
const recovering = (error: unknown) => error instanceof StoreError && error.code === 'recovering';

test('after a change of the server, hard budgets admit nothing and everything else goes on', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const hard = () => requestOf(caller, { tenant: { budgets: [totalBudget(100n)] }, boundNanoUsd: 1n });
  await admit(live.store, hard());
  await live.redis.hset(`${live.keyPrefix}:{s${caller.tenant.shard}}:m`, 'run', 'of-another-server');
  await assert.rejects(live.store.admission.admit(hard()), recovering);
  await admit(live.store, requestOf(caller, { tenant: { budgets: [totalBudget(100n, false)] } }));
});

test('recovery takes a lease from the first node that asks, and another from each that is still busy', async () => {
  await using bench = await openRedisBench();
  const caller = await createCaller(bench.store);
  const { shard } = caller.tenant;
  const hard = () => requestOf(caller, { key: { budgets: [totalBudget(100n)] }, boundNanoUsd: 1n });
  const rejoin = async (busy: boolean) => (await bench.store.ledger.rejoin(shard, { leaseMs, busy })).kind;
  await admit(bench.store, hard());
  await bench.pretendRun(shard, 'of-another-server');
  assert.equal(await rejoin(false), 'recovering');
  await bench.setNow(startMs + 30_000);
  assert.equal(await rejoin(true), 'recovering');
  await bench.setNow(startMs + 30_000 + leaseMs - 1);
  assert.equal(await rejoin(false), 'recovering');
  await assert.rejects(bench.store.admission.admit(hard()), recovering);
  await bench.setNow(startMs + 30_000 + leaseMs);
  assert.equal(await rejoin(false), 'whole');
  await admit(bench.store, hard());
});

test('live nodes are counted, and one that is not heard of again drops out', async () => {
  await using bench = await openRedisBench();
  assert.equal(await bench.store.nodes.beat('one', 30_000), 1);
  assert.equal(await bench.store.nodes.beat('two', 30_000), 2);
  await bench.setNow(startMs + 20_000);
  assert.equal(await bench.store.nodes.beat('one', 30_000), 2);
  await bench.setNow(startMs + 30_001);
  assert.equal(await bench.store.nodes.beat('one', 30_000), 1);
});
