import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dayMs, verifyLedger, type Caller, type LedgerEvent } from '@tollgate/core';
import { startMs, type Bench, type OpenBench, type StreamEntry } from './bench.ts';
import { admit, createCaller, requestOf, settlementOf, totalBudget } from './fixtures.ts';
import { play, steadyHistory } from './history.ts';
import { lapse } from './reaping.ts';
import { applyAll, spend, take } from './usage.ts';

const seed = 20_261_123;
/** Clocks do not run back here. */
const longestHistoryMs = 2 * 3_600_000;

/** Spend counters, roll-ups and events say the same. */
export function booksTests(name: string, open: OpenBench, numRuns: number): void {
  const rule = (title: string, run: (bench: Bench, caller: Caller) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      await using bench = await open();
      await run(bench, await createCaller(bench.store));
    });
  };

  const verify = async (bench: Bench) => {
    const { driftNanoUsd, counters, behind } = await verifyLedger(bench.store.keys, bench.store.books);
    return { driftNanoUsd, counters, behind };
  };

  rule('the books balance whether events are unread, held, applied, trimmed or set aside', async (bench, caller) => {
    const { shard } = caller.tenant;
    const rules = { key: { budgets: [totalBudget(1000n)] }, tenant: { budgets: [totalBudget(1000n, false)] } };
    for (let nanoUsd = 1n; nanoUsd <= 5n; nanoUsd += 1n) {
      const call = await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 9n }));
      await bench.store.admission.settle(settlementOf(call, { nanoUsd }));
    }
    const balanced = { driftNanoUsd: 0n, counters: 4, behind: [] };
    assert.deepEqual(await verify(bench), balanced);
    const { events } = await bench.store.stream.read({ shard, worker: 'one', atMost: 4 });
    const [first, second, third] = events;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    assert.deepEqual(await verify(bench), balanced);
    await bench.store.stream.apply(first);
    await bench.store.stream.setAside(second, 'for the test');
    await bench.store.stream.apply(third);
    assert.deepEqual(await verify(bench), balanced);
    assert.equal(await bench.store.stream.trim(shard, { keptMs: dayMs, keptEvents: 0, mostWaiting: 1000 }), 3);
    assert.deepEqual(await verify(bench), balanced);
    const [letter] = await bench.store.books.deadLetters(shard);
    await bench.store.books.replay(shard, letter?.entryId ?? '');
    assert.deepEqual(await verify(bench), balanced);
  });

  rule('the books balance while an estimate stands and once the truth has taken its place', async (bench, caller) => {
    const rules = { key: { budgets: [totalBudget(1000n)] } };
    const call = await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 80n }));
    await lapse(bench, call);
    assert.equal((await verify(bench)).driftNanoUsd, 0n);
    await applyAll(bench, caller);
    assert.equal((await verify(bench)).driftNanoUsd, 0n);
    await bench.store.admission.settle(settlementOf(call, { nanoUsd: 12n }));
    assert.equal((await verify(bench)).driftNanoUsd, 0n);
    await applyAll(bench, caller);
    assert.equal((await verify(bench)).driftNanoUsd, 0n);
  });

  test(`${name}: whatever happens, the roll-ups are the fold of the events and the books balance`, async () => {
    await using bench = await open();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(steadyHistory, fc.array(fc.nat(3), { minLength: 3 }), async (steps, pace) => {
        const caller = await createCaller(bench.store, `fold-${name}-${(run += 1)}`);
        const rules = { key: { budgets: [totalBudget(10_000n)] }, tenant: {} };
        const halves = [steps.slice(0, steps.length >> 1), steps.slice(steps.length >> 1)];
        for (const [half, part] of halves.entries()) {
          await play(bench, part, {
            ...rules,
            caller,
            startMs: startMs + half * longestHistoryMs,
            run: `${name}-${run}-${half}`,
          });
          const taken = await take(bench, caller);
          for (const [index, each] of taken.entries()) {
            if (pace[index % pace.length] === 0) continue;
            assert.equal((await bench.store.stream.apply(each)).kind, 'applied');
          }
        }
        assert.equal((await verify(bench)).driftNanoUsd, 0n);
        const left = { shard: caller.tenant.shard, worker: 'two', atMost: 1000, idleMs: 0 };
        for (const each of await bench.store.stream.claim(left)) await bench.store.stream.apply(each);
        const { name: tenant, shard } = caller.tenant;
        const folded = fold(
          (await bench.events(shard)).filter(({ event }) => event.tenant === tenant),
          startMs,
        );
        const query = {
          tenant,
          span: 'day',
          sinceMs: startMs - dayMs,
          untilMs: startMs + dayMs,
          tag: undefined,
        } as const;
        const rows = await bench.store.report.rows(query);
        const sum = (of: (row: (typeof rows)[number]) => bigint) => rows.map(of).reduce((a, b) => a + b, 0n);
        assert.deepEqual(
          [
            sum(({ sums }) => sums.costNanoUsd),
            sum(({ sums }) => BigInt(sums.requests)),
            sum(({ sums }) => BigInt(sums.estimatedRequests)),
          ],
          [folded.cost, folded.requests, folded.estimated],
        );
        assert.equal((await verify(bench)).driftNanoUsd, 0n);
      }),
      { seed, numRuns },
    );
  });

  rule('an audit compares keys and tenants, each ever and by period', async (bench, caller) => {
    await spend(bench, caller, { cost_nano_usd: '5' });
    await applyAll(bench, caller);
    await spend(bench, caller, { cost_nano_usd: '6' });
    const scopes = [
      { kind: 'tenant', id: 'acme' },
      { kind: 'key', id: caller.key.scopeId },
    ] as const;
    const counters = scopes.map((scope) => ({ scope, period: undefined, spentNanoUsd: 11n, eventsNanoUsd: 11n }));
    assert.deepEqual(await bench.store.books.audit(caller.tenant.shard, scopes), { kind: 'audited', counters });
  });
}

/** The sums of events as somebody would make them who has only the events. */
function fold(entries: readonly StreamEntry[], aroundMs: number) {
  const counted = entries.filter(({ event }) => Math.abs(event.started_at_ms - aroundMs) < dayMs);
  const calls = new Map<string, LedgerEvent>(counted.map(({ event }) => [event.id, event]));
  const latest = [...calls.values()];
  return {
    cost: latest.reduce((sum, event) => sum + BigInt(event.cost_nano_usd), 0n),
    requests: BigInt(latest.filter(({ error_code: code }) => code !== 'never_sent').length),
    estimated: BigInt(latest.filter(({ estimated }) => estimated).length),
  };
}
