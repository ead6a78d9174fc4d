import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  dayMs,
  repriceEvent,
  verifyLedger,
  type AdmitBudget,
  type Caller,
  type KeptEvent,
  type Price,
  type PriceBook,
} from '@tollgate/core';
import { startMs, type Bench, type OpenBench } from './bench.ts';
import { admit, createCaller, eventOf, requestOf, settlementOf } from './fixtures.ts';
import { lapse } from './reaping.ts';
import { applyAll, attemptAt } from './usage.ts';

/** So many nano-USD for each token of output, and nothing for the rest. */
const priced = (perProvider: Readonly<Record<string, number>>): PriceBook => ({
  price: (provider) => {
    const nanoUsd = perProvider[provider];
    return nanoUsd === undefined ? undefined : priceOf(BigInt(nanoUsd) * 1000n);
  },
});

const free = {
  input: 0n,
  cacheRead: 0n,
  cacheWrite5m: 0n,
  cacheWrite1h: 0n,
  inputAudio: 0n,
  outputAudio: 0n,
  image: 0n,
  unit: 0n,
};
const priceOf = (output: bigint): Price => ({
  id: `price-${output}`,
  rates: { ...free, output },
  tiers: [],
  serviceTiers: new Map(),
  contextWindowTokens: undefined,
  maxOutputTokens: undefined,
});

const always = { sinceMs: 0, untilMs: undefined, provider: undefined, providerModel: undefined };

const day: AdmitBudget = {
  capNanoUsd: 1_000_000n,
  hard: true,
  current: { id: 'day:2026-11-23@UTC', endsAtMs: startMs + dayMs },
  next: undefined,
};
const rules = { key: { budgets: [day] }, tenant: { budgets: [{ ...day, hard: false }] }, boundNanoUsd: 9000n };

/** A call of 40 tokens of output at each of the providers. */
async function spend(bench: Bench, caller: Caller, charges: Readonly<Record<string, string>>): Promise<void> {
  const call = await admit(bench.store, requestOf(caller, rules));
  const attempts = Object.entries(charges).map(([provider, cost]) => attemptAt(provider, cost));
  const nanoUsd = attempts.reduce((sum, { cost_nano_usd: cost }) => sum + BigInt(cost), 0n);
  const base = eventOf(call, nanoUsd);
  const usage = { ...base.usage, output: 40 * attempts.length };
  const event = { ...base, usage, attempts, tags: { team: 'search' } };
  await bench.store.admission.settle({ ...settlementOf(call, { nanoUsd }), event });
}

const kept = async (bench: Bench, { tenant }: Caller): Promise<readonly KeptEvent[]> =>
  (await bench.store.books.events(tenant.shard, undefined)).events;

/** Reprices all that is kept; returns how many calls it booked. */
async function reprice(bench: Bench, caller: Caller, prices: PriceBook): Promise<number> {
  const found = (await kept(bench, caller)).flatMap((event) => repriceEvent(event, prices, always) ?? []);
  for (const { repricing } of found) {
    assert.equal(await bench.store.books.reprice(caller.tenant.shard, repricing), true);
  }
  return found.length;
}

const driftOf = async ({ store }: Bench): Promise<bigint> => (await verifyLedger(store.keys, store.books)).driftNanoUsd;

async function spentOf(bench: Bench, { tenant, key }: Caller): Promise<readonly string[]> {
  const scopes = [{ kind: 'key', id: key.scopeId } as const, { kind: 'tenant', id: tenant.name } as const];
  const audit = await bench.store.books.audit(tenant.shard, scopes);
  assert.ok(audit.kind === 'audited');
  return audit.counters.map(({ scope, period, spentNanoUsd }) => `${scope.kind} ${period ?? 'ever'} ${spentNanoUsd}`);
}

const everywhere = (nanoUsd: bigint): readonly string[] =>
  ['key ever', 'key day:2026-11-23@UTC', 'tenant ever', 'tenant day:2026-11-23@UTC'].map(
    (name) => `${name} ${nanoUsd}`,
  );

async function costs(bench: Bench, { tenant }: Caller, tag?: string): Promise<readonly string[]> {
  const query = { tenant: tenant.name, span: 'hour', sinceMs: startMs - dayMs, untilMs: startMs + dayMs } as const;
  const rows = await bench.store.report.rows({ ...query, tag });
  return rows
    .map(({ provider, sums }) => `${provider} ${sums.requests} ${sums.outputTokens} ${sums.costNanoUsd}`)
    .toSorted();
}

/** Charges by later prices take the place of what was charged. */
export function repricingTests(name: string, open: OpenBench): void {
  const rule = (title: string, run: (bench: Bench, caller: Caller) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      await using bench = await open();
      await run(bench, await createCaller(bench.store));
    });
  };

  rule('a repricing moves every counter of spend with its event, and the roll-ups follow', async (bench, caller) => {
    await spend(bench, caller, { slow: '40', openai: '80' });
    await applyAll(bench, caller);
    assert.equal(await reprice(bench, caller, priced({ slow: 3, openai: 1 })), 1);
    assert.deepEqual(await spentOf(bench, caller), everywhere(160n));
    assert.equal(await driftOf(bench), 0n);
    assert.deepEqual(await costs(bench, caller), ['openai 1 40 80', 'slow 0 40 40']);
    await applyAll(bench, caller);
    for (const tag of [undefined, 'team']) {
      assert.deepEqual(await costs(bench, caller, tag), ['openai 1 40 40', 'slow 0 40 120']);
    }
    assert.equal(await driftOf(bench), 0n);
  });

  rule(
    'a second repricing by the same prices books nothing, one by other prices the difference',
    async (bench, caller) => {
      for (let count = 0; count < 3; count += 1) await spend(bench, caller, { openai: '40' });
      const dearer = priced({ openai: 5 });
      assert.deepEqual([await reprice(bench, caller, dearer), await reprice(bench, caller, dearer)], [3, 0]);
      assert.deepEqual(await spentOf(bench, caller), everywhere(600n));
      assert.equal(await reprice(bench, caller, priced({ openai: 2 })), 3);
      assert.deepEqual(await spentOf(bench, caller), everywhere(240n));
      assert.equal(await reprice(bench, caller, priced({ openai: 1 })), 3);
      assert.deepEqual(await spentOf(bench, caller), everywhere(120n));
      assert.equal(await driftOf(bench), 0n);
      await applyAll(bench, caller);
      assert.deepEqual(await costs(bench, caller), ['openai 3 120 120']);
      assert.equal(await driftOf(bench), 0n);
    },
  );

  rule('of two that reprice an event at once one books', async (bench, caller) => {
    await spend(bench, caller, { openai: '40' });
    const [event] = await kept(bench, caller);
    assert.ok(event !== undefined);
    const two = [2, 3].map((nanoUsd) => repriceEvent(event, priced({ openai: nanoUsd }), always)?.repricing);
    const booked = [];
    for (const repricing of two) {
      assert.ok(repricing !== undefined);
      booked.push(await bench.store.books.reprice(caller.tenant.shard, repricing));
    }
    assert.deepEqual(booked, [true, false]);
    assert.deepEqual(await spentOf(bench, caller), everywhere(80n));
    assert.equal(await driftOf(bench), 0n);
  });

  rule('an event that is kept no longer is not repriced', async (bench, caller) => {
    await spend(bench, caller, { openai: '40' });
    const [event] = await kept(bench, caller);
    assert.ok(event !== undefined);
    const found = repriceEvent(event, priced({ openai: 2 }), always);
    assert.ok(found !== undefined);
    await reprice(bench, caller, priced({ openai: 3 }));
    await applyAll(bench, caller);
    await bench.store.stream.trim(caller.tenant.shard, { keptMs: dayMs, keptEvents: 0, mostWaiting: 1000 });
    assert.equal(await bench.store.books.reprice(caller.tenant.shard, found.repricing), false);
    assert.deepEqual(await spentOf(bench, caller), everywhere(120n));
    assert.equal(await driftOf(bench), 0n);
  });

  rule('the truth of a call that was lost is what is repriced, its estimate is not', async (bench, caller) => {
    const call = await admit(bench.store, requestOf(caller, rules));
    await lapse(bench, call);
    assert.equal(await reprice(bench, caller, priced({ openai: 2, unknown: 9 })), 0);
    const event = { ...eventOf(call, 40n), attempts: [attemptAt('openai', '40')] };
    await bench.store.admission.settle({ ...settlementOf(call, { nanoUsd: 40n }), event });
    assert.equal(await reprice(bench, caller, priced({ openai: 2 })), 1);
    assert.deepEqual(await spentOf(bench, caller), everywhere(80n));
    await applyAll(bench, caller);
    assert.deepEqual(await costs(bench, caller), ['openai 1 0 80']);
    assert.equal(await driftOf(bench), 0n);
  });

  rule('a period that is over for long takes in no repricing, and the books balance', async (bench, caller) => {
    await spend(bench, caller, { openai: '40' });
    await bench.setNow(startMs + 50 * dayMs);
    assert.equal(await reprice(bench, caller, priced({ openai: 2 })), 1);
    assert.equal(await driftOf(bench), 0n);
    await applyAll(bench, caller);
    assert.equal(await driftOf(bench), 0n);
    assert.deepEqual(await spentOf(bench, caller), ['key ever 80', 'tenant ever 80']);
  });
}
