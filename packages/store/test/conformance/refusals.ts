import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LimitName, RefusalReason } from '@tollgate/core';
import { startMs, type OpenBench } from './bench.ts';
import { admit, createCaller, refused, requestOf, settlementOf, totalBudget } from './fixtures.ts';

const limits = { requestsPerMinute: 3, tokensPerMinute: 100, concurrency: 2 };

interface Case {
  readonly over: Parameters<typeof requestOf>[1];
  readonly refusal: readonly [LimitName, RefusalReason];
}

/** Each refuses a call of 10 tokens after two such, of which one was settled at 50 tokens and 5 nano-USD and one holds 10 of each. */
const cases: Readonly<Record<string, Case>> = {
  'requests a minute': {
    over: { tenant: { limits: { requestsPerMinute: 1 } } },
    refusal: ['requests_per_minute', 'rate'],
  },
  'tokens a minute': {
    over: { estimatedTokens: 95, tenant: { limits: { tokensPerMinute: 100 } } },
    refusal: ['tokens_per_minute', 'rate'],
  },
  'a debt': { over: { tenant: { limits: { tokensPerMinute: 20 } } }, refusal: ['tokens_per_minute', 'rate'] },
  concurrency: { over: { tenant: { limits: { concurrency: 1 } } }, refusal: ['concurrency', 'rate'] },
  'money held': {
    over: { boundNanoUsd: 95n, tenant: { budgets: [totalBudget(100n)] } },
    refusal: ['budget', 'held'],
  },
  'money spent': { over: { boundNanoUsd: 1n, tenant: { budgets: [totalBudget(5n)] } }, refusal: ['budget', 'spent'] },
  'a cost without a bound': {
    over: { boundNanoUsd: undefined, tenant: { budgets: [totalBudget(100n)] } },
    refusal: ['budget', 'unbounded'],
  },
  'its own size': {
    over: { estimatedTokens: 1001, tenant: { limits: { tokensPerMinute: 1000 } } },
    refusal: ['tokens_per_minute', 'too_large'],
  },
};

/** I10: a refusal leaves everything as it was. */
export function refusalTests(name: string, open: OpenBench): void {
  for (const [cause, { over, refusal }] of Object.entries(cases)) {
    test(`${name}: a refusal for ${cause} changes nothing`, async () => {
      await using bench = await open();
      const caller = await createCaller(bench.store);
      const rules = { key: { limits }, tenant: { limits: { tokensPerMinute: 20 }, budgets: [totalBudget(100n)] } };
      const used = await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 10n }));
      await bench.store.admission.settle(settlementOf(used, { tokens: 50, nanoUsd: 5n }));
      await admit(
        bench.store,
        requestOf(caller, { key: { limits }, tenant: { budgets: [totalBudget(100n)] }, boundNanoUsd: 10n }),
      );
      await bench.setNow(startMs + 3000);
      const request = requestOf(caller, { key: { limits: { ...limits, tokensPerMinute: undefined } }, ...over });
      const before = await bench.contents();
      const standings = await bench.store.admission.standings(caller.tenant.shard, request.scopes);
      const decision = await bench.store.admission.admit(request);
      const { limit, reason } = refused(decision);
      assert.deepEqual([limit, reason], refusal);
      assert.equal(await bench.contents(), before);
      assert.deepEqual(decision.kind === 'refused' && decision.standings, standings);
    });
  }
}
