import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { startMs, type OpenBench } from './bench.ts';
import { createCaller, refused, requestOf, scopesOf, totalBudget } from './fixtures.ts';
import { jumpyHistory, play, steadyHistory, type Happened } from './history.ts';
import { busiestMinute, isAdmitted } from './oracle.ts';

const seed = 20_261_123;

/** What holds whatever happens, on random histories. `numRuns` goes by what a run costs. */
export function propertyTests(name: string, open: OpenBench, numRuns: number): void {
  const limits = { requestsPerMinute: 8, tokensPerMinute: 200 };
  let runs = 0;
  const nextRun = (): string => `${name}-${(runs += 1)}`;

  test(`${name}: in any 60 s no more is admitted than the limit, even with a clock that jumps`, async () => {
    await using bench = await open();
    await fc.assert(
      fc.asyncProperty(jumpyHistory, async (steps) => {
        const run = nextRun();
        const caller = await createCaller(bench.store, run);
        const happened = await play(bench, steps, { caller, key: { limits }, tenant: {}, startMs, run });
        const busiest = busiestMinute(happened);
        assert.ok(busiest.requests <= limits.requestsPerMinute, `${busiest.requests} requests in 60 s`);
        assert.ok(busiest.tokens <= limits.tokensPerMinute, `${busiest.tokens} tokens in 60 s`);
      }),
      { seed, numRuns },
    );
  });

  test(`${name}: a call is refused for requests a minute only if the last 61 seconds are full`, async () => {
    await using bench = await open();
    await fc.assert(
      fc.asyncProperty(steadyHistory, async (steps) => {
        const run = nextRun();
        const caller = await createCaller(bench.store, run);
        const key = { limits: { requestsPerMinute: limits.requestsPerMinute } };
        const calm = steps.filter(({ kind }) => kind !== 'void');
        const happened = await play(bench, calm, { caller, key, tenant: {}, startMs, run });
        const admittedAt: number[] = [];
        for (const { step, nowMs, result } of happened) {
          if (step.kind !== 'admit') continue;
          const second = Math.floor(nowMs / 1000);
          const alive = admittedAt.filter((at) => Math.floor(at / 1000) >= second - 60).length;
          assert.equal(isAdmitted(result), alive < limits.requestsPerMinute);
          if (isAdmitted(result)) admittedAt.push(nowMs);
        }
      }),
      { seed, numRuns },
    );
  });

  test(`${name}: a refused call is admitted at the moment that it was told, and not before`, async () => {
    await using bench = await open();
    await fc.assert(
      fc.asyncProperty(steadyHistory, fc.integer({ min: 1, max: 200 }), async (steps, estimatedTokens) => {
        const run = nextRun();
        const caller = await createCaller(bench.store, run);
        const happened = await play(bench, steps, { caller, key: { limits }, tenant: {}, startMs, run });
        const request = requestOf(caller, { estimatedTokens, key: { limits } });
        const nowMs = happened.at(-1)?.nowMs ?? startMs;
        const decision = await bench.store.admission.admit(request);
        if (decision.kind === 'admitted') return;
        const { retryAfterMs = 0 } = refused(decision);
        await bench.setNow(nowMs + retryAfterMs - 1);
        refused(await bench.store.admission.admit(request));
        await bench.setNow(nowMs + retryAfterMs);
        assert.equal((await bench.store.admission.admit(request)).kind, 'admitted');
      }),
      { seed, numRuns },
    );
  });

  test(`${name}: money held and spent never exceeds a hard budget but by what cost more than its bound`, async () => {
    await using bench = await open();
    await fc.assert(
      fc.asyncProperty(jumpyHistory, async (steps) => {
        const run = nextRun();
        const caller = await createCaller(bench.store, run);
        const cap = 150n;
        const budgets = [totalBudget(cap)];
        const plot = { caller, key: { budgets }, tenant: { budgets: [totalBudget(0n, false)] }, startMs, run };
        const happened = await play(bench, steps, plot);
        const scopes = scopesOf(caller, { key: { budgets } });
        const [key] = await bench.store.admission.standings(caller.tenant.shard, scopes);
        const { spentNanoUsd = 0n, reservedNanoUsd = 0n } = key?.budgets[0] ?? {};
        assert.ok(spentNanoUsd >= 0n && reservedNanoUsd >= 0n);
        assert.ok(spentNanoUsd + reservedNanoUsd <= cap + beyondBounds(happened));
        const events = (await bench.events(caller.tenant.shard)).filter(({ event }) => event.tenant === run);
        const charged = events.reduce(
          (sum, { event, correctsNanoUsd = 0n }) => sum + BigInt(event.cost_nano_usd) - correctsNanoUsd,
          0n,
        );
        assert.deepEqual([key?.spentNanoUsd, spentNanoUsd], [charged, charged]);
      }),
      { seed, numRuns },
    );
  });
}

/** By how much truth was above the bounds. */
const beyondBounds = (happened: readonly Happened[]): bigint =>
  happened.reduce((sum, { step, reservation }) => {
    if (step.kind !== 'settle' || reservation === undefined) return sum;
    const over = BigInt(step.cost) - reservation.boundNanoUsd;
    return over > 0n ? sum + over : sum;
  }, 0n);
