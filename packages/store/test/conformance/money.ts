import assert from 'node:assert/strict';
import type { AdmitBudget } from '@tollgate/core';
import { startMs, type OpenBench } from './bench.ts';
import { admit, createCaller, refused, requestOf, settlementOf, totalBudget } from './fixtures.ts';
import { rulesOf } from './rule.ts';

const dayMs = 86_400_000;

/** Budgets, and what is spent. */
export function moneyTests(name: string, open: OpenBench): void {
  const rule = rulesOf(name, open);

  rule('a hard budget holds the most that each call can cost, and says held while it may come back', async (bench) => {
    const caller = await createCaller(bench.store);
    const request = (boundNanoUsd: bigint) =>
      requestOf(caller, { boundNanoUsd, key: { budgets: [totalBudget(100n)] } });
    const first = await admit(bench.store, request(60n));
    const held = refused(await bench.store.admission.admit(request(41n)));
    assert.deepEqual(held, {
      scope: 'key',
      limit: 'budget',
      reason: 'held',
      limitValue: 100n,
      remaining: 40n,
      retryAfterMs: 1000,
    });
    await admit(bench.store, request(40n));
    await bench.store.admission.settle(settlementOf(first, { nanoUsd: 20n }));
    await admit(bench.store, request(40n));
  });

  rule('a budget that is spent is final until its period ends', async (bench) => {
    const caller = await createCaller(bench.store);
    const budget: AdmitBudget = {
      capNanoUsd: 100n,
      hard: true,
      current: { id: 'day:2026-11-23@UTC', endsAtMs: startMs + 5000 },
      next: { id: 'day:2026-11-24@UTC', endsAtMs: startMs + 5000 + dayMs },
    };
    const request = (boundNanoUsd: bigint) => requestOf(caller, { boundNanoUsd, tenant: { budgets: [budget] } });
    const call = await admit(bench.store, request(100n));
    await bench.store.admission.settle(settlementOf(call, { nanoUsd: 95n }));
    const spent = refused(await bench.store.admission.admit(request(6n)));
    assert.deepEqual([spent.scope, spent.reason, spent.remaining, spent.retryAfterMs], ['tenant', 'spent', 5n, 5000]);
    await admit(bench.store, request(5n));
    await bench.setNow(startMs + 5000);
    const decision = await bench.store.admission.admit(request(100n));
    assert.ok(decision.kind === 'admitted');
    assert.deepEqual(decision.standings[1]?.budgets, [
      {
        periodId: 'day:2026-11-24@UTC',
        hard: true,
        capNanoUsd: 100n,
        spentNanoUsd: 0n,
        reservedNanoUsd: 100n,
        endsAtMs: startMs + 5000 + dayMs,
      },
    ]);
  });

  rule('a call belongs to the period in which it was admitted', async (bench) => {
    const caller = await createCaller(bench.store);
    const today = { id: 'day:2026-11-23@UTC', endsAtMs: startMs + 5000 };
    const tomorrow = { id: 'day:2026-11-24@UTC', endsAtMs: startMs + 5000 + dayMs };
    const budget: AdmitBudget = { capNanoUsd: 100n, hard: true, current: today, next: tomorrow };
    const call = await admit(bench.store, requestOf(caller, { boundNanoUsd: 50n, key: { budgets: [budget] } }));
    await bench.setNow(startMs + 6000);
    await bench.store.admission.settle(settlementOf(call, { nanoUsd: 30n }));
    const spentIn = async (current: AdmitBudget['current']) => {
      const scopes = requestOf(caller, { key: { budgets: [{ ...budget, current, next: undefined }] } }).scopes;
      const [key] = await bench.store.admission.standings(caller.tenant.shard, scopes);
      return [key?.budgets[0]?.spentNanoUsd, key?.budgets[0]?.reservedNanoUsd];
    };
    assert.deepEqual(await spentIn(today), [30n, 0n]);
    assert.deepEqual(await spentIn(tomorrow), [0n, 0n]);
  });

  rule('what can never fit, or has no bound, is told apart from what is spent', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { budgets: [totalBudget(100n)] } };
    const large = refused(await bench.store.admission.admit(requestOf(caller, { ...rules, boundNanoUsd: 101n })));
    assert.deepEqual([large.reason, large.retryAfterMs], ['too_large', undefined]);
    const unbounded = requestOf(caller, { ...rules, boundNanoUsd: undefined });
    assert.equal(refused(await bench.store.admission.admit(unbounded)).reason, 'unbounded');
  });

  rule('a soft budget refuses nothing and holds what a call will likely cost', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { budgets: [totalBudget(10n, false)] } };
    await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: undefined, expectedNanoUsd: 30n }));
    const call = await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 500n, expectedNanoUsd: 30n }));
    await bench.store.admission.settle(settlementOf(call, { nanoUsd: 7n }));
    const [key] = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
    assert.deepEqual([key?.budgets[0]?.spentNanoUsd, key?.budgets[0]?.reservedNanoUsd], [7n, 30n]);
  });

  rule('of several budgets each holds and is charged', async (bench) => {
    const caller = await createCaller(bench.store);
    const month = { ...totalBudget(1000n), current: { id: 'month:2026-11-01@UTC', endsAtMs: startMs + dayMs } };
    const rules = { key: { budgets: [totalBudget(100n), month] }, tenant: { budgets: [totalBudget(50n)] } };
    const call = await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 50n }));
    const refusal = refused(await bench.store.admission.admit(requestOf(caller, { ...rules, boundNanoUsd: 1n })));
    assert.deepEqual([refusal.scope, refusal.reason], ['tenant', 'held']);
    await bench.store.admission.settle(settlementOf(call, { nanoUsd: 9n }));
    const standings = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
    const spent = standings.map(({ budgets }) => budgets.map(({ spentNanoUsd }) => spentNanoUsd));
    assert.deepEqual(spent, [[9n, 9n], [9n]]);
  });

  rule('a hard and a soft budget for the same period are charged once, and each holds its own', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { budgets: [totalBudget(100n), totalBudget(80n, false)] } };
    const call = await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 50n, expectedNanoUsd: 7n }));
    const standing = async () => {
      const [key] = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
      return key?.budgets.map(({ spentNanoUsd, reservedNanoUsd }) => [spentNanoUsd, reservedNanoUsd]);
    };
    assert.deepEqual(await standing(), [
      [0n, 50n],
      [0n, 7n],
    ]);
    await bench.store.admission.settle(settlementOf(call, { nanoUsd: 9n }));
    assert.deepEqual(await standing(), [
      [9n, 0n],
      [9n, 0n],
    ]);
    const [event] = await bench.events(caller.tenant.shard);
    assert.deepEqual(event?.periods, ['key total']);
  });

  rule('more than the bound is charged as it is, and the next call is refused', async (bench) => {
    const caller = await createCaller(bench.store);
    const request = (boundNanoUsd: bigint) =>
      requestOf(caller, { boundNanoUsd, key: { budgets: [totalBudget(100n)] } });
    const call = await admit(bench.store, request(100n));
    await bench.store.admission.settle(settlementOf(call, { nanoUsd: 130n }));
    const refusal = refused(await bench.store.admission.admit(request(1n)));
    assert.deepEqual([refusal.reason, refusal.remaining], ['spent', 0n]);
  });

  rule(
    'money is exact where it is small, where it is beyond what floating point holds, and from one to the other',
    async (bench) => {
      const caller = await createCaller(bench.store);
      const rules = { key: { budgets: [totalBudget(1n, false)] }, tenant: { budgets: [totalBudget(1n, false)] } };
      const amounts = [
        999_999_999_999_999n,
        1n,
        999_999_999_999_999n,
        7n,
        8_999_999_000_000_001n,
        3n,
        8_999_999_000_000_001n,
      ];
      let spent = 0n;
      for (const nanoUsd of amounts) {
        const call = await admit(bench.store, requestOf(caller, { ...rules, expectedNanoUsd: nanoUsd }));
        const request = requestOf(caller, rules);
        for (const { budgets } of await bench.store.admission.standings(caller.tenant.shard, request.scopes)) {
          assert.equal(budgets[0]?.reservedNanoUsd, nanoUsd);
        }
        await bench.store.admission.settle(settlementOf(call, { nanoUsd }));
        spent += nanoUsd;
        for (const standing of await bench.store.admission.standings(caller.tenant.shard, request.scopes)) {
          const [budget] = standing.budgets;
          assert.deepEqual([standing.spentNanoUsd, budget?.spentNanoUsd, budget?.reservedNanoUsd], [spent, spent, 0n]);
        }
      }
    },
  );

  rule('what a key and a tenant ever spent is kept without any budget', async (bench) => {
    const caller = await createCaller(bench.store);
    const huge = 8_999_999_000_000_001n;
    for (const nanoUsd of [huge, 1n, 0n]) {
      await bench.store.admission.settle(settlementOf(await admit(bench.store, requestOf(caller)), { nanoUsd }));
    }
    const standings = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller).scopes);
    assert.deepEqual(
      standings.map(({ spentNanoUsd }) => spentNanoUsd),
      [huge + 1n, huge + 1n],
    );
  });

  rule(
    'a settlement writes its event, numbered without a gap, with the periods that it was booked to',
    async (bench) => {
      const caller = await createCaller(bench.store);
      const rules = { key: { budgets: [totalBudget(100n)] }, tenant: { budgets: [totalBudget(100n, false)] } };
      for (const nanoUsd of [4n, 5n]) {
        const call = await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 5n }));
        await bench.store.admission.settle(settlementOf(call, { nanoUsd }));
      }
      const events = await bench.events(caller.tenant.shard);
      assert.deepEqual(
        events.map(({ sequence, event, correctsNanoUsd, periods }) => [
          sequence,
          event.cost_nano_usd,
          correctsNanoUsd,
          periods,
        ]),
        [
          [1, '4', undefined, ['key total', 'tenant total']],
          [2, '5', undefined, ['key total', 'tenant total']],
        ],
      );
    },
  );
}
