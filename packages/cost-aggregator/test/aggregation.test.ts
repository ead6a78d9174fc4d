import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError, systemClock, verifyLedger, type TakenEvent, type UsageStream } from '@tollgate/core';
import { createMemoryStore, type Store } from '@tollgate/store';
import { askRedis } from '@tollgate/testkit';
import { aggregate, hasty, until, valueOf } from './support/aggregators.ts';
import { createCaller, openBench, spend, totals } from './support/spending.ts';

const drift = async ({ keys, books }: Store) => (await verifyLedger(keys, books)).driftNanoUsd;

/** The store's stream with some methods replaced. */
const changed = (stream: UsageStream, over: Partial<UsageStream>): UsageStream => ({
  read: (request) => stream.read(request),
  claim: (request) => stream.claim(request),
  apply: (taken) => stream.apply(taken),
  setAside: (taken, reason) => stream.setAside(taken, reason),
  archive: (request) => stream.archive(request),
  trim: (shard, retention) => stream.trim(shard, retention),
  ...over,
});

test('two aggregators that take each other for dead all the time apply each event once', async () => {
  await using bench = await openBench();
  const callers = await Promise.all(['a', 'b', 'c'].map((name) => createCaller(bench.store, name)));
  const workers = [aggregate(bench.store), aggregate(bench.store)];
  await Promise.all(callers.flatMap((caller) => Array.from({ length: 80 }, () => spend(bench.store, caller, 3n))));
  for (const caller of callers) await until(async () => (await totals(bench.store, caller)).requests >= 80);
  await Promise.all(workers.map((worker) => worker.stop()));
  for (const caller of callers) {
    assert.deepEqual(await totals(bench.store, caller), { requests: 80, costNanoUsd: 240n });
  }
  assert.equal(await drift(bench.store), 0n);
});

test('what an aggregator took and never applied, another one applies', async () => {
  await using bench = await openBench();
  const caller = await createCaller(bench.store, 'acme');
  for (let count = 0; count < 5; count += 1) await spend(bench.store, caller, 2n);
  await bench.store.stream.read({ shard: caller.tenant.shard, worker: 'dead', atMost: 3 });
  const worker = aggregate(bench.store);
  await until(async () => (await totals(bench.store, caller)).requests === 5);
  await worker.stop();
  assert.equal(await drift(bench.store), 0n);
});

test('the roll-ups of a process without Redis come from the same loop', async () => {
  const store = createMemoryStore({ clock: systemClock });
  const caller = await createCaller(store, 'acme');
  const worker = aggregate(store);
  for (let count = 0; count < 30; count += 1) await spend(store, caller, 2n);
  await until(async () => (await totals(store, caller)).requests === 30);
  await worker.stop();
  assert.equal(await drift(store), 0n);
});

test('an event that can never be applied is set aside after its tries, and holds up no other', async () => {
  await using bench = await openBench();
  const caller = await createCaller(bench.store, 'acme');
  const tries: number[] = [];
  const isPoison = ({ sequence }: TakenEvent) => sequence === '2';
  const stream = changed(bench.store.stream, {
    apply: async (taken) => {
      if (!isPoison(taken)) return bench.store.stream.apply(taken);
      tries.push(taken.deliveries);
      throw new Error('no such measure');
    },
  });
  const worker = aggregate({ ...bench.store, stream });
  for (let count = 0; count < 4; count += 1) await spend(bench.store, caller, 2n);
  const { shard } = caller.tenant;
  await until(async () => (await bench.store.books.deadLetters(shard)).length === 1);
  await until(async () => (await totals(bench.store, caller)).requests === 3);
  await worker.stop();
  assert.deepEqual(tries, [1, 2, 3, 4, 5]);
  assert.match(worker.logged(), /set aside.*"sequence":"2".*no such measure/);
  assert.equal(await valueOf(worker.metrics, 'tollgate_usage_events_total{result="set_aside"}'), 1);
  assert.equal(await drift(bench.store), 0n);
});

test('an event that was handed out often because workers died is applied, not set aside', async () => {
  await using bench = await openBench();
  const caller = await createCaller(bench.store, 'acme');
  await spend(bench.store, caller, 2n);
  const taking = { shard: caller.tenant.shard, worker: 'dying', atMost: 1 };
  await bench.store.stream.read(taking);
  for (let count = 0; count < 9; count += 1) await bench.store.stream.claim({ ...taking, idleMs: 0 });
  const worker = aggregate(bench.store);
  await until(async () => (await totals(bench.store, caller)).requests === 1);
  await worker.stop();
  assert.deepEqual(await bench.store.books.deadLetters(taking.shard), []);
});

test('while the store does not serve events wait, it is told once, and then they are applied', async () => {
  await using bench = await openBench();
  const caller = await createCaller(bench.store, 'acme');
  let away = 40;
  const stream = changed(bench.store.stream, {
    apply: (taken) => {
      away -= 1;
      return away > 0 ? Promise.reject(new StoreError('timeout', 'away')) : bench.store.stream.apply(taken);
    },
  });
  const worker = aggregate({ ...bench.store, stream });
  for (let count = 0; count < 6; count += 1) await spend(bench.store, caller, 2n);
  await until(async () => (await totals(bench.store, caller)).requests === 6);
  await until(async () => worker.healthy && /applied again/.test(worker.logged()));
  await worker.stop();
  assert.deepEqual(await bench.store.books.deadLetters(caller.tenant.shard), []);
  assert.equal(await drift(bench.store), 0n);
});

test('events are trimmed while they are read, and none is lost by it', async () => {
  await using bench = await openBench();
  const caller = await createCaller(bench.store, 'acme');
  const trims = new Set<number>();
  const stream = changed(bench.store.stream, {
    trim: async () => {
      const dropped = await bench.store.stream.trim(caller.tenant.shard, {
        keptMs: 60_000,
        keptEvents: 3,
        mostWaiting: 1000,
      });
      trims.add(dropped);
      return dropped;
    },
  });
  const workers = [aggregate({ ...bench.store, stream }), aggregate({ ...bench.store, stream })];
  for (let count = 0; count < 120; count += 1) await spend(bench.store, caller, 2n);
  await until(async () => (await totals(bench.store, caller)).requests >= 120);
  const kept = async () => (await bench.store.books.events(caller.tenant.shard, undefined)).events.length;
  await until(async () => (await kept()) === 3);
  await Promise.all(workers.map((worker) => worker.stop()));
  assert.deepEqual(await totals(bench.store, caller), { requests: 120, costNanoUsd: 240n });
  assert.ok(trims.size > 1);
  assert.equal(await drift(bench.store), 0n);
});

test('metrics have the lag by shard, spend by tenant and the drift of the books', async () => {
  await using bench = await openBench();
  const caller = await createCaller(bench.store, 'acme');
  for (let count = 0; count < 5; count += 1) await spend(bench.store, caller, 500_000_000n);
  const stuck = aggregate(
    {
      ...bench.store,
      stream: changed(bench.store.stream, { apply: () => Promise.reject(new StoreError('timeout', '')) }),
    },
    { ...hasty, batchEvents: 2 },
  );
  const lag = `tollgate_stream_lag_events{shard="${caller.tenant.shard}"}`;
  await until(async () => (await valueOf(stuck.metrics, lag)) === 3);
  await stuck.stop();
  const worker = aggregate(bench.store);
  await until(async () => (await valueOf(worker.metrics, 'tollgate_tenant_cost_usd_total{tenant="acme"}')) === 2.5);
  await until(async () => (await valueOf(worker.metrics, lag)) === 0);
  await until(async () => (await valueOf(worker.metrics, 'tollgate_ledger_drift_usd')) === 0);
  await worker.stop();
});

test('the drift of a counter that somebody changed is told, once and by its amount, and that it is gone', async () => {
  await using bench = await openBench();
  const caller = await createCaller(bench.store, 'acme');
  for (let count = 0; count < 3; count += 1) await spend(bench.store, caller, 500_000_000n);
  const worker = aggregate(bench.store, { ...hasty, verifyMs: 5 });
  const drifts = (usd: number) =>
    until(async () => (await valueOf(worker.metrics, 'tollgate_ledger_drift_usd')) === usd);
  await drifts(0);
  const money = `${bench.keyPrefix}:{s${caller.tenant.shard}}:b:tenant:acme`;
  await askRedis(bench.url, 'HINCRBY', money, 'spent', 1_500_000_000);
  await drifts(1.5);
  await spend(bench.store, caller, 500_000_000n);
  await until(async () => (await totals(bench.store, caller)).requests === 4);
  await drifts(1.5);
  await askRedis(bench.url, 'HINCRBY', money, 'spent', -1_500_000_000);
  await drifts(0);
  const verifiedAt = (await valueOf(worker.metrics, 'tollgate_ledger_verified_timestamp_seconds')) ?? 0;
  assert.ok(Math.abs(verifiedAt - systemClock.nowMs() / 1000) < 10);
  await until(async () => /agree with their events again/.test(worker.logged()));
  await worker.stop();
  assert.equal(worker.logged().split('differ from their events').length, 2);
  assert.match(worker.logged(), /"drift_nano_usd":"1500000000","counters":1/);
});
