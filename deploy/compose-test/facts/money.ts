import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nanoFromUsd } from '../../../packages/core/src/index.ts';
import type { Cluster } from '../support/cluster.ts';
import { hello } from '../support/hello.ts';
import { billedDuring, untilWithoutDrift, usageOf } from '../support/money.ts';
import { until } from '../support/until.ts';

const calls = 12;

export function factsOfMoney(cluster: () => Cluster): void {
  describe('what was spent', () => {
    it('is in the usage report, to the nano-USD of what the provider bills and the token of what it answered', async () => {
      await cluster().createTenant('exact');
      const client = await cluster().newClient({ tenant: 'exact', maxRetries: 3 });
      const answered = { requests: 0, input_tokens: 0, output_tokens: 0 };
      const [, billed] = await billedDuring(cluster(), async () => {
        for (let call = 0; call < calls; call += 1) {
          const { usage } = await client.chat.completions.create({ ...hello, max_completion_tokens: 50 + call });
          answered.requests += 1;
          answered.input_tokens += usage?.prompt_tokens ?? 0;
          answered.output_tokens += usage?.completion_tokens ?? 0;
        }
      });
      const isThere = async (): Promise<boolean> => (await usageOf(cluster(), 'exact'))?.requests === calls;
      await until('the aggregators have added it up', isThere, { withinMs: 30_000 });
      const row = await usageOf(cluster(), 'exact');
      const { requests, input_tokens, output_tokens } = row ?? {};
      assert.deepEqual({ requests, input_tokens, output_tokens }, answered);
      assert.equal(nanoFromUsd(row?.cost_usd ?? ''), billed.nanoUsd);
      assert.equal(row?.estimated_requests, 0);
    });

    it('is what the counters of the ledger say', () => untilWithoutDrift(cluster()));

    it('shows in Prometheus, which finds both aggregators', async () => {
      const isSeen = async (): Promise<boolean> =>
        (await cluster().query('count(up{job="cost-aggregator"} == 1)')) === 2 &&
        (await cluster().query('sum(tollgate_usage_events_total{result="applied"})')) >= calls &&
        (await cluster().query('max(abs(tollgate_ledger_drift_usd))')) === 0 &&
        (await cluster().query('sum(tollgate_tenant_cost_usd_total{tenant="exact"})')) > 0;
      await until('the metrics of two aggregators', isSeen, { withinMs: 60_000 });
    });
  });
}
