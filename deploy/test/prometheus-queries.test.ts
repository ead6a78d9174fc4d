import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { startProviderSimulator, type ProviderSimulator } from '../../packages/provider-simulator/src/index.ts';
import { startRedis, type PrivateRedis } from '../../packages/testkit/src/index.ts';
import {
  startAggregatorProcess,
  type AggregatorProcess,
} from '../../packages/cost-aggregator/test/support/aggregator-process.ts';
import { startNodeProcess, type NodeProcess } from '../../packages/gateway/test/support/node-process.ts';
import { simulatorConfig } from '../../packages/gateway/test/support/simulator-config.ts';
import { dashboards } from '../grafana/source/dashboards.ts';
import { meanOf } from '../grafana/source/promql.ts';
import { alertRules } from './support/alert-rules.ts';
import {
  armFaults,
  createLoadKeys,
  exceedBound,
  sendRound,
  slowMs,
  tooCheap,
  touchyRouting,
} from './support/faulty-load.ts';
import { startPrometheus, type PrometheusServer, type Sample } from './support/prometheus-server.ts';

let simulator: ProviderSimulator;
let redis: PrivateRedis;
let node: NodeProcess;
let aggregator: AggregatorProcess;
let prometheus: PrometheusServer;
const journalFolder = mkdtempSync(join(tmpdir(), 'tollgate-journal-'));
const archiveFolder = mkdtempSync(join(tmpdir(), 'tollgate-archive-'));

before(async () => {
  [simulator, redis] = await Promise.all([startProviderSimulator({ port: 0 }), startRedis()]);
  const config = simulatorConfig(simulator.url, {
    routing: touchyRouting,
    pricing: tooCheap,
    redis: '{ timeout_ms: 10000 }',
  });
  const variables = { TOLLGATE_JOURNAL_DIR: journalFolder };
  node = await startNodeProcess({ config, redisUrl: redis.url, variables });
  const webhook = `{ name: ops, url: "http://127.0.0.1:9/", secret: not-used }`;
  const aggregatorConfig = `alerts: { webhooks: [${webhook}] }\narchive: { directory: "${archiveFolder}" }\n`;
  aggregator = await startAggregatorProcess({ redisUrl: redis.url, keyPrefix: 'tg', config: aggregatorConfig });
  prometheus = await startPrometheus({
    gateway: new URL(node.operatorUrl).host,
    'cost-aggregator': new URL(aggregator.operatorUrl).host,
  });
  const keys = await createLoadKeys(node);
  await exceedBound(node);
  armFaults(simulator);
  while ((await scrapes()) < 10) {
    await sendRound(node, keys);
    await pause(100); // A steady load has pauses.
  }
});

after(async () => {
  await prometheus.stop();
  await aggregator[Symbol.asyncDispose]();
  await node.stop();
  for (const folder of [journalFolder, archiveFolder]) rmSync(folder, { recursive: true, force: true });
  await redis.stop();
  await simulator.stop();
});

const scrapes = async (): Promise<number> =>
  (await prometheus.query('sum(count_over_time(up{job="gateway"}[1m]))'))[0]?.value ?? 0;

/** As Grafana would put them in for this short history. */
const filledIn = (query: string): string => query.replaceAll('$__rate_interval', '15s').replaceAll('$__range', '15s');

/** A threshold hides what it does not find remarkable; as `bool` it says 0 in place of nothing. */
const withoutThresholds = (expression: string): string =>
  expression.replaceAll(/(==|!=|>=|<=|>|<)\s+(?=\d)/g, '$1 bool ');

const meaningful = (samples: readonly Sample[]): readonly Sample[] =>
  samples.filter(({ value }) => !Number.isNaN(value));

describe('under load with faults', () => {
  for (const { title, panels } of dashboards) {
    it(`every query of "${title}" returns data`, async (context) => {
      for (const panel of panels) {
        for (const target of panel.targets ?? []) {
          const query = filledIn(String((target as { readonly expr?: string }).expr));
          const samples = meaningful(await prometheus.query(query));
          context.diagnostic(`${panel.title}: ${samples.length} series`);
          assert.ok(samples.length > 0, `${panel.title} returned nothing for ${query}`);
        }
      }
    });
  }

  for (const { alert, expr } of alertRules()) {
    it(`the expression of ${alert} has data to judge by`, async () => {
      await prometheus.query(expr);
      const samples = meaningful(await prometheus.query(withoutThresholds(expr)));
      assert.ok(samples.length > 0, withoutThresholds(expr));
    });
  }

  it('what the faults did is what the expressions find', async () => {
    const found = async (alert: string): Promise<readonly Sample[]> => {
      const rule = alertRules().find((each) => each.alert === alert);
      return rule === undefined ? [] : prometheus.query(rule.expr);
    };
    const labelsOf = async (alert: string, label: string) => (await found(alert)).map(({ metric }) => metric[label]);
    assert.deepEqual(await labelsOf('TollgateBreakerOpen', 'provider'), ['local']);
    assert.deepEqual(await labelsOf('TollgateCredentialSetAside', 'provider'), ['anthropic']);
    // The three attempts that open local's breaker may all be over before the first scrape.
    const failing = (await labelsOf('TollgateProviderFails', 'provider')).filter((provider) => provider !== 'local');
    assert.deepEqual(failing, ['openai']);
    assert.deepEqual(await labelsOf('TollgateBoundExceeded', 'provider'), ['openrouter']);
    assert.equal((await found('TollgateCallsFail')).length, 1);
    for (const quiet of [
      'TollgateNoNodeUp',
      'TollgateAggregatorDown',
      'TollgateLedgerDrift',
      'TollgateEventsSetAside',
      'TollgateLedgerUnverified',
      'TollgateArchiveFails',
    ]) {
      assert.equal((await found(quiet)).length, 0, quiet);
    }
    assert.equal((await found('TollgateDegraded')).length, 0);
    assert.equal((await found('TollgateSettlementsFail')).length, 0);
  });

  it('a slow provider shows in its own attempts, and not in what Tollgate adds', async () => {
    const means = async (histogram: string, by: readonly string[] = []) =>
      prometheus.query(filledIn(meanOf(histogram, by)));
    const attempts = await means('tollgate_upstream_attempt_duration_seconds', ['provider']);
    // The two quick failures before it was slow may be among them.
    const slow = attempts.filter(({ value }) => value * 1000 > slowMs / 2);
    assert.deepEqual(
      slow.map(({ metric }) => metric['provider']),
      ['openrouter'],
    );
    const [overhead] = await means('tollgate_overhead_seconds');
    assert.ok(overhead !== undefined && overhead.value * 1000 < slowMs / 2, `${overhead?.value} s`);
  });
});
