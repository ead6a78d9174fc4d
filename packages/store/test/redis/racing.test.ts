import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCaller, requestOf, settlementOf, totalBudget } from '../conformance/fixtures.ts';
import { openLiveStore } from './live-store.ts';

test('of 600 calls that race over five connections for 100 a minute exactly 100 are admitted', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const nodes = [live.store, ...(await Promise.all([1, 2, 3, 4].map(() => live.another())))];
  const decisions = await Promise.all(
    Array.from({ length: 120 }, () =>
      nodes.map((node) => node.admission.admit(requestOf(caller, { key: { limits: { requestsPerMinute: 100 } } }))),
    ).flat(),
  );
  assert.equal(decisions.filter(({ kind }) => kind === 'admitted').length, 100);
  assert.equal(decisions.filter(({ kind }) => kind === 'refused').length, 500);
});

test('racing calls hold no more than a hard budget has, and settled they spend what they cost', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const nodes = [live.store, await live.another(), await live.another()];
  const rules = { key: { budgets: [totalBudget(1000n)] } };
  const decisions = await Promise.all(
    Array.from({ length: 100 }, () =>
      nodes.map((node) => node.admission.admit(requestOf(caller, { ...rules, boundNanoUsd: 7n }))),
    ).flat(),
  );
  const admitted = decisions.filter((decision) => decision.kind === 'admitted');
  assert.equal(admitted.length, 142);
  const settled = await Promise.all(
    admitted.map(({ reservation }, index) =>
      live.store.admission.settle(settlementOf(reservation, { nanoUsd: BigInt(index % 8) })),
    ),
  );
  assert.ok(settled.every((result) => result === 'settled'));
  const [key] = await live.store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
  const cost = admitted.reduce((sum, _, index) => sum + BigInt(index % 8), 0n);
  assert.deepEqual(
    [key?.spentNanoUsd, key?.budgets[0]?.spentNanoUsd, key?.budgets[0]?.reservedNanoUsd],
    [cost, cost, 0n],
  );
});

test('settlements of one producer that race each other, sent twice, are each applied once', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const nodes = [live.store, await live.another()];
  const reservations = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const decision = await live.store.admission.admit(requestOf(caller));
      assert.ok(decision.kind === 'admitted');
      return decision.reservation;
    }),
  );
  const results = await Promise.all(
    reservations
      .toReversed()
      .flatMap((reservation, index) =>
        nodes.map((node) =>
          node.admission.settle(settlementOf(reservation, { producer: 'racer', sequence: 60 - index, nanoUsd: 1n })),
        ),
      ),
  );
  assert.equal(results.filter((result) => result === 'settled').length, 60);
  assert.equal(results.filter((result) => result === 'duplicate').length, 60);
  const [key] = await live.store.admission.standings(caller.tenant.shard, requestOf(caller).scopes);
  assert.equal(key?.spentNanoUsd, 60n);
  const base = `${live.keyPrefix}:{s${caller.tenant.shard}}:`;
  const { mark, day, ...ahead } = await live.redis.hgetall(`${base}p:racer`);
  assert.deepEqual([mark, ahead], ['60', {}]);
  assert.ok(day !== undefined);
});
