import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AdmitRequest, Caller, OutputCost } from '@tollgate/core';
import { startMs, type Bench, type OpenBench } from './bench.ts';
import {
  admit,
  boundAt,
  createCaller,
  reapAll,
  refused,
  requestOf,
  settlementOf,
  totalBudget,
  type ScopeRules,
} from './fixtures.ts';
import { rulesOf } from './rule.ts';

/** 10 nano-USD for the input, half a nano-USD for a token. */
const cost: OutputCost = { inputNanoUsd: 10n, picoUsdPerToken: 500n, capTokens: 100, leastTokens: 20 };

const lowerable = (
  caller: Caller,
  rules: { readonly key?: ScopeRules; readonly tenant?: ScopeRules },
  output: OutputCost = cost,
): AdmitRequest => requestOf(caller, { ...rules, boundNanoUsd: boundAt(output, output.capTokens), outputCost: output });

/** Leaves so much of the key's budget unspent. */
async function spend({ store }: Bench, caller: Caller, { cap, left }: { cap: bigint; left: bigint }): Promise<void> {
  const call = await admit(store, requestOf(caller, { boundNanoUsd: cap, key: { budgets: [totalBudget(cap)] } }));
  await store.admission.settle(settlementOf(call, { nanoUsd: cap - left }));
}

/** Output caps that go down with the money that is left. */
export function loweringTests(name: string, open: OpenBench): void {
  const rule = rulesOf(name, open);

  rule('where money is spent the output cap is lowered to what is left, and exactly that is held', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { budgets: [totalBudget(100n)] } };
    await spend(bench, caller, { cap: 100n, left: 35n });
    const decision = await bench.store.admission.admit(lowerable(caller, rules));
    assert.ok(decision.kind === 'admitted');
    assert.equal(decision.outputCapTokens, 50);
    assert.equal(decision.reservation.boundNanoUsd, 35n);
    assert.equal(decision.standings[0]?.budgets[0]?.reservedNanoUsd, 35n);
    await bench.store.admission.settle(settlementOf(decision.reservation, { nanoUsd: 35n }));
    const [key] = await bench.store.admission.standings(caller.tenant.shard, lowerable(caller, rules).scopes);
    assert.deepEqual([key?.budgets[0]?.spentNanoUsd, key?.budgets[0]?.reservedNanoUsd], [100n, 0n]);
  });

  rule('a call that is told again keeps its lowered cap', async (bench) => {
    const caller = await createCaller(bench.store);
    await spend(bench, caller, { cap: 100n, left: 35n });
    const request = lowerable(caller, { key: { budgets: [totalBudget(100n)] } });
    const [first, second] = [await bench.store.admission.admit(request), await bench.store.admission.admit(request)];
    assert.ok(first.kind === 'admitted' && second.kind === 'admitted');
    assert.deepEqual([second.outputCapTokens, second.reservation], [50, first.reservation]);
  });

  rule('a lowered call whose node dies is charged what it held', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { budgets: [totalBudget(100n)] } };
    await spend(bench, caller, { cap: 100n, left: 35n });
    await admit(bench.store, lowerable(caller, rules));
    await reapAll(bench, caller.tenant.shard);
    const [key] = await bench.store.admission.standings(caller.tenant.shard, lowerable(caller, rules).scopes);
    assert.deepEqual([key?.budgets[0]?.spentNanoUsd, key?.budgets[0]?.reservedNanoUsd], [100n, 0n]);
  });

  rule('money that is only held lowers nothing', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { budgets: [totalBudget(100n)] } };
    await admit(bench.store, lowerable(caller, rules));
    const { reason, remaining, retryAfterMs } = refused(await bench.store.admission.admit(lowerable(caller, rules)));
    assert.deepEqual([reason, remaining, retryAfterMs], ['held', 40n, 1000]);
  });

  rule('where part is spent and part held, a call waits for what a lowered cap would take', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { budgets: [totalBudget(100n)] } };
    await spend(bench, caller, { cap: 100n, left: 50n });
    const other = await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 1n }));
    const { reason, remaining } = refused(await bench.store.admission.admit(lowerable(caller, rules)));
    assert.deepEqual([reason, remaining], ['held', 49n]);
    await bench.store.admission.settle(settlementOf(other));
    const decision = await bench.store.admission.admit(lowerable(caller, rules));
    assert.equal(decision.kind === 'admitted' ? decision.outputCapTokens : undefined, 80);
  });

  rule('below the least cap that is of use the budget is exceeded, with what remains', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { budgets: [totalBudget(100n)] } };
    await spend(bench, caller, { cap: 100n, left: 19n });
    const before = await bench.contents();
    const { reason, remaining } = refused(await bench.store.admission.admit(lowerable(caller, rules)));
    assert.deepEqual([reason, remaining], ['spent', 19n]);
    assert.equal(await bench.contents(), before);
    const least = { ...cost, leastTokens: 18 };
    const decision = await bench.store.admission.admit(lowerable(caller, rules, least));
    assert.equal(decision.kind === 'admitted' ? decision.outputCapTokens : undefined, 18);
  });

  rule('the least of several budgets decides, of key and tenant, and all hold the same', async (bench) => {
    const caller = await createCaller(bench.store);
    const month = { ...totalBudget(1000n), current: { id: 'month:2026-11-01@UTC', endsAtMs: startMs + 1e9 } };
    const rules = { key: { budgets: [totalBudget(100n), month] }, tenant: { budgets: [totalBudget(70n)] } };
    const first = await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 40n }));
    await bench.store.admission.settle(settlementOf(first, { nanoUsd: 40n }));
    const decision = await bench.store.admission.admit(lowerable(caller, rules));
    assert.ok(decision.kind === 'admitted');
    assert.equal(decision.outputCapTokens, 40);
    const held = decision.standings.map(({ budgets }) => budgets.map(({ reservedNanoUsd }) => reservedNanoUsd));
    assert.deepEqual(held, [[30n, 30n], [30n]]);
  });

  rule(
    'a call that is larger than the whole budget is lowered too, and too large only where that is of no use',
    async (bench) => {
      const caller = await createCaller(bench.store);
      const decision = await bench.store.admission.admit(lowerable(caller, { key: { budgets: [totalBudget(59n)] } }));
      assert.equal(decision.kind === 'admitted' ? decision.outputCapTokens : undefined, 98);
      const other = await createCaller(bench.store, 'other');
      const small = refused(
        await bench.store.admission.admit(lowerable(other, { key: { budgets: [totalBudget(19n)] } })),
      );
      assert.equal(small.reason, 'too_large');
    },
  );

  rule('soft budgets lower nothing', async (bench) => {
    const caller = await createCaller(bench.store);
    const decision = await bench.store.admission.admit(
      lowerable(caller, { key: { budgets: [totalBudget(1n, false)] } }),
    );
    assert.ok(decision.kind === 'admitted');
    assert.equal(decision.outputCapTokens, undefined);
  });

  test(`${name}: the lowered cap is the greatest that is paid for, to the nano-USD, up to nine million USD`, async () => {
    await using bench = await open();
    let runs = 0;
    const amount = fc.bigInt(0n, 9_000_000_000_000_000n);
    const output = fc.record({
      inputNanoUsd: fc.oneof(amount, fc.bigInt(0n, 1000n)),
      picoUsdPerToken: fc.oneof(fc.bigInt(0n, 8_000_000_000_000n), fc.bigInt(0n, 5000n)),
      capTokens: fc.integer({ min: 1, max: 10_000_000 }),
      leastTokens: fc.constant(1),
    });
    await fc.assert(
      fc.asyncProperty(amount, amount, output, async (cap, wanted, one) => {
        const left = wanted < cap ? wanted : cap;
        const caller = await createCaller(bench.store, `${name}-lowering-${(runs += 1)}`);
        await spend(bench, caller, { cap, left });
        const bound = boundAt(one, one.capTokens);
        if (bound > 9_000_000_000_000_000n) return;
        const rules = { key: { budgets: [totalBudget(cap)] } };
        const decision = await bench.store.admission.admit(lowerable(caller, rules, one));
        if (decision.kind !== 'admitted') return assert.ok(boundAt(one, 1) > left);
        const tokens = decision.outputCapTokens ?? one.capTokens;
        assert.equal(decision.reservation.boundNanoUsd, boundAt(one, tokens));
        assert.ok(boundAt(one, tokens) <= left);
        assert.ok(tokens === one.capTokens || boundAt(one, tokens + 1) > left);
      }),
      { seed: 20_261_123, numRuns: 150 },
    );
  });
}
