import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyLedger } from '@tollgate/core';
import { admit, createCaller, requestOf, settlementOf, totalBudget } from '../conformance/fixtures.ts';
import { openLiveStore } from './live-store.ts';

const rules = {
  key: { limits: { requestsPerMinute: 100, concurrency: 9 }, budgets: [totalBudget(1000n)] },
  boundNanoUsd: 10n,
};

test('fields that the next release adds to records of the same schema are left alone, and everything works', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const { shard } = caller.tenant;
  const producer = 'of-this-release';
  const settled = settlementOf(await admit(live.store, requestOf(caller, rules)), { nanoUsd: 3n, producer });
  await live.store.admission.settle(settled);
  const [first, second] = [
    await admit(live.store, requestOf(caller, rules)),
    await admit(live.store, requestOf(caller, rules)),
  ];
  const base = `${live.keyPrefix}:{s${shard}}:`;
  const records = ['k:*', 't:*', 'r:*', 'm', 'b:*', 'w:*'];
  for (const key of (await Promise.all(records.map((shape) => live.redis.keys(`${base}${shape}`)))).flat()) {
    await live.redis.hset(key, 'of_the_next_release', 'words');
  }
  assert.equal((await live.store.keys.identify(caller.key))?.key.keyId, caller.key.keyId);
  assert.deepEqual(await live.store.admission.renew([{ reservation: first, tokens: 1, nanoUsd: 1n }], 30_000), [
    'renewed',
  ]);
  assert.equal(await live.store.admission.settle(settled), 'duplicate');
  assert.equal(
    await live.store.admission.settle(settlementOf(first, { nanoUsd: 4n, producer, sequence: 2 })),
    'settled',
  );
  await live.store.admission.void(second);
  await admit(live.store, requestOf(caller, rules));
  const { events } = await live.store.stream.read({ shard, worker: 'one', atMost: 9 });
  assert.deepEqual(
    (await Promise.all(events.map((taken) => live.store.stream.apply(taken)))).map(({ kind }) => kind),
    ['applied', 'applied'],
  );
  assert.equal((await verifyLedger(live.store.keys, live.store.books)).driftNanoUsd, 0n);
});

test('numbers of a producer that the release before wrote, without the day of their life, still count', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const settled = settlementOf(await admit(live.store, requestOf(caller, rules)), { nanoUsd: 3n, producer: 'old' });
  await live.store.admission.settle(settled);
  const key = `${live.keyPrefix}:{s${caller.tenant.shard}}:p:old`;
  await live.redis.hdel(key, 'day');
  assert.equal(await live.store.admission.settle(settled), 'duplicate');
  const next = settlementOf(await admit(live.store, requestOf(caller, rules)), { producer: 'old', sequence: 2 });
  assert.equal(await live.store.admission.settle(next), 'settled');
  assert.deepEqual(await live.store.ledger.applied(caller.tenant.shard, 'old'), { mark: 2, ahead: new Set() });
});
