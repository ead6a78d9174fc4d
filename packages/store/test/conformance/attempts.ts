import assert from 'node:assert/strict';
import type { AdmitRequest, Caller } from '@tollgate/core';
import { startMs, type Bench, type OpenBench } from './bench.ts';
import { admit, createCaller, reapAll, requestOf, settlementOf, totalBudget } from './fixtures.ts';
import { rulesOf } from './rule.ts';

const further = (boundNanoUsd: bigint) => ({ boundNanoUsd, expectedNanoUsd: 3n });

/** Money for attempts after the first. */
export function attemptTests(name: string, open: OpenBench): void {
  const rule = rulesOf(name, open);

  rule('a further attempt is held besides the first, and settled all is released', async (bench) => {
    const { store } = bench;
    const caller = await createCaller(store);
    const request = budgeted(caller, { hard: 100n, soft: 100n });
    const call = await admit(store, request);
    const extended = await store.admission.extend(call, further(55n));
    assert.equal(extended?.boundNanoUsd, 95n);
    assert.deepEqual(await heldOf(bench, request), [95n, 23n]);
    await store.admission.settle(settlementOf(extended, { nanoUsd: 90n }));
    assert.deepEqual(await heldOf(bench, request), [0n, 0n]);
  });

  rule('a further attempt that a hard budget does not have is not made, and changes nothing', async (bench) => {
    const { store } = bench;
    const caller = await createCaller(store);
    const call = await admit(store, budgeted(caller, { hard: 100n, soft: 1n }));
    const before = await bench.contents();
    assert.equal(await store.admission.extend(call, further(61n)), undefined);
    assert.equal(await store.admission.extend(call, { boundNanoUsd: undefined, expectedNanoUsd: 0n }), undefined);
    assert.equal(await bench.contents(), before);
    assert.notEqual(await store.admission.extend(call, further(60n)), undefined);
  });

  rule('a call that is settled, voided or reaped makes no further attempt', async (bench) => {
    const { store } = bench;
    const caller = await createCaller(store);
    const request = (): AdmitRequest => budgeted(caller, { hard: 1000n, soft: 1000n });
    const [settled, voided, reaped] = [
      await admit(store, request()),
      await admit(store, request()),
      await admit(store, request()),
    ];
    await store.admission.settle(settlementOf(settled, { nanoUsd: 1n }));
    await store.admission.void(voided);
    await reapAll(bench, caller.tenant.shard);
    const before = await bench.contents();
    for (const call of [settled, voided, reaped]) {
      assert.equal(await store.admission.extend(call, further(1n)), undefined);
    }
    assert.equal(await bench.contents(), before);
  });

  rule('a lost node is charged for both attempts until the truth comes', async (bench) => {
    const { store } = bench;
    const caller = await createCaller(store);
    const request = budgeted(caller, { hard: 100n, soft: 100n });
    const extended = await store.admission.extend(await admit(store, request), further(50n));
    assert.ok(extended);
    await reapAll(bench, caller.tenant.shard);
    const [key] = await store.admission.standings(caller.tenant.shard, request.scopes);
    assert.deepEqual([key?.spentNanoUsd, key?.budgets[0]?.spentNanoUsd], [90n, 90n]);
    assert.equal(await store.admission.settle(settlementOf(extended, { nanoUsd: 12n })), 'corrected');
    const [after] = await store.admission.standings(caller.tenant.shard, request.scopes);
    assert.deepEqual([after?.spentNanoUsd, after?.budgets[0]?.spentNanoUsd], [12n, 12n]);
    assert.deepEqual(await heldOf(bench, request), [0n, 0n]);
  });

  rule('what Redis lost is held again with the money of both attempts', async (bench) => {
    const { store } = bench;
    const caller = await createCaller(store);
    const request = budgeted(caller, { hard: 200n, soft: 200n });
    const extended = await store.admission.extend(await admit(store, request), further(50n));
    assert.ok(extended);
    await store.admission.void(extended);
    const lost = { ...extended, reservationId: 'lost-with-two-attempts' };
    assert.deepEqual(await store.admission.renew([{ reservation: lost, tokens: 0, nanoUsd: 0n }], 30_000), [
      'readopted',
    ]);
    assert.deepEqual(await heldOf(bench, request), [90n, 23n]);
  });

  rule('an extension belongs to the period of its admission', async (bench) => {
    const { store } = bench;
    const caller = await createCaller(store);
    const today = { id: 'day:2026-11-23@UTC', endsAtMs: startMs + 5000 };
    const tomorrow = { id: 'day:2026-11-24@UTC', endsAtMs: startMs + 86_405_000 };
    const budget = { capNanoUsd: 100n, hard: true, current: today, next: tomorrow };
    const request = requestOf(caller, { boundNanoUsd: 40n, key: { budgets: [budget] } });
    const call = await admit(store, request);
    await bench.setNow(startMs + 6000);
    const extended = await store.admission.extend(call, further(60n));
    assert.ok(extended);
    assert.deepEqual(await heldOf(bench, request), [0n]);
    await store.admission.settle(settlementOf(extended, { nanoUsd: 70n }));
    const ofToday = { ...budget, current: today, next: undefined };
    const [key] = await store.admission.standings(
      caller.tenant.shard,
      requestOf(caller, { key: { budgets: [ofToday] } }).scopes,
    );
    assert.deepEqual([key?.budgets[0]?.spentNanoUsd, key?.budgets[0]?.reservedNanoUsd], [70n, 0n]);
  });

  rule('amounts beyond what a float can count are held to the nano-USD', async (bench) => {
    const { store } = bench;
    const caller = await createCaller(store);
    const huge = 8_999_999_999_999_999n;
    const request = requestOf(caller, { expectedNanoUsd: huge, key: { budgets: [totalBudget(huge, false)] } });
    const call = await admit(store, request);
    const extended = await store.admission.extend(call, { boundNanoUsd: undefined, expectedNanoUsd: huge });
    assert.ok(extended);
    const decision = await store.admission.admit({ ...request, reservationId: 'another' });
    assert.ok(decision.kind === 'admitted');
    assert.equal(decision.standings[0]?.budgets[0]?.reservedNanoUsd, 3n * huge);
    await store.admission.settle(settlementOf(extended, { nanoUsd: 1n }));
    assert.deepEqual(await heldOf(bench, request), [huge]);
  });
}

/** A call of 40 at most and 20 likely, with a hard and a soft budget for the same period. */
const budgeted = (caller: Caller, caps: { readonly hard: bigint; readonly soft: bigint }): AdmitRequest =>
  requestOf(caller, {
    boundNanoUsd: 40n,
    expectedNanoUsd: 20n,
    key: { budgets: [totalBudget(caps.hard), totalBudget(caps.soft, false)] },
  });

/** What the key's budgets hold now. */
async function heldOf({ store }: Bench, { caller, scopes }: AdmitRequest): Promise<readonly bigint[]> {
  const [key] = await store.admission.standings(caller.tenant.shard, scopes);
  return key?.budgets.map(({ reservedNanoUsd }) => reservedNanoUsd) ?? [];
}
