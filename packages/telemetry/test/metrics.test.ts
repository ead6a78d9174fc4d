import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noUsage, type AdmitDecision } from '@tollgate/core';
import { createMetrics, type FinishedRequest, type Metrics } from '../src/index.ts';

const finished: FinishedRequest = {
  endpoint: 'chat_completions',
  model: 'gpt-4o-mini',
  provider: 'openrouter',
  outcome: 'completed',
  code: 'none',
  durationMs: 1200,
  overheadMs: 0.4,
  timeToFirstTokenMs: 300,
  fallbacks: 0,
};

const refused: AdmitDecision = {
  kind: 'refused',
  standings: [],
  refusal: {
    reason: 'rate',
    scope: 'tenant',
    limit: 'tokens_per_minute',
    limitValue: 100n,
    remaining: 0n,
    retryAfterMs: 1000,
  },
};

/** The samples of a scrape; throws on a line that is not Prometheus text. */
async function scrape(metrics: Metrics): Promise<Map<string, number>> {
  const samples = new Map<string, number>();
  for (const line of (await metrics.registry.metrics()).split('\n')) {
    if (line === '' || /^# (HELP|TYPE) [a-z_0-9]+ /.test(line)) continue;
    const match = /^([a-z_0-9]+(?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})?) (\S+)$/.exec(line);
    assert.ok(match?.[1], `not a sample: ${line}`);
    assert.ok(!samples.has(match[1]), `twice in one scrape: ${line}`);
    samples.set(match[1], Number(match[2]));
  }
  return samples;
}

test('a finished call counts once in each of its series', async () => {
  const metrics = createMetrics({ build: { version: '1.2.3', commit: 'abc123' } });
  metrics.requests.finished(finished);
  metrics.requests.finished({ ...finished, outcome: 'failed', code: 'upstream_failed', fallbacks: 2 });
  const samples = await scrape(metrics);
  const labels = 'endpoint="chat_completions",model="gpt-4o-mini",provider="openrouter"';
  assert.equal(samples.get(`tollgate_requests_total{${labels},outcome="completed",code="none"}`), 1);
  assert.equal(samples.get(`tollgate_requests_total{${labels},outcome="failed",code="upstream_failed"}`), 1);
  assert.equal(
    samples.get('tollgate_request_duration_seconds_count{endpoint="chat_completions",model="gpt-4o-mini"}'),
    2,
  );
  assert.equal(samples.get('tollgate_time_to_first_token_seconds_sum{model="gpt-4o-mini",provider="openrouter"}'), 0.6);
  assert.equal(samples.get('tollgate_overhead_seconds_bucket{le="0.0005"}'), 2);
  assert.equal(samples.get('tollgate_overhead_seconds_bucket{le="0.0003"}'), 0);
  assert.equal(samples.get('tollgate_fallbacks_total'), 2);
});

test('a request that was never admitted counts as answered, and in no duration', async () => {
  const metrics = createMetrics({ build: { version: '1.2.3', commit: 'abc123' } });
  metrics.requests.finished({ ...finished, provider: undefined, outcome: 'none', code: 'rate_limit_exceeded' });
  const samples = await scrape(metrics);
  assert.equal(
    samples.get(
      'tollgate_requests_total{endpoint="chat_completions",model="gpt-4o-mini",provider="none",outcome="none",code="rate_limit_exceeded"}',
    ),
    1,
  );
  assert.ok(![...samples.keys()].some((name) => name.startsWith('tollgate_request_duration_seconds_count')));
  assert.equal(samples.get('tollgate_overhead_seconds_count'), 0);
});

test('a charge counts each kind of token, and zero is no series', async () => {
  const metrics = createMetrics({ build: { version: '1.2.3', commit: 'abc123' } });
  metrics.requests.charged({
    model: 'gpt-4o-mini',
    provider: 'openrouter',
    usage: { ...noUsage, inputUncached: 10, cacheWrite5m: 3, cacheWrite1h: 4, output: 20, reasoning: 5 },
    costNanoUsd: 1_500_000n,
  });
  const samples = await scrape(metrics);
  const tokens = (kind: string) =>
    samples.get(`tollgate_tokens_total{model="gpt-4o-mini",provider="openrouter",kind="${kind}"}`);
  assert.deepEqual(['input_uncached', 'cache_read', 'cache_write', 'output', 'reasoning'].map(tokens), [
    10,
    undefined,
    7,
    20,
    5,
  ]);
  assert.equal(samples.get('tollgate_cost_usd_total{model="gpt-4o-mini",provider="openrouter"}'), 0.0015);
});

test('however many names a reload brings, series end at 200 pairs of model and provider and `other`', async () => {
  const metrics = createMetrics({ build: { version: '1.2.3', commit: 'abc123' } });
  for (let index = 0; index < 1000; index += 1) metrics.requests.finished({ ...finished, model: `model-${index}` });
  const samples = await scrape(metrics);
  const requests = [...samples].filter(([name]) => name.startsWith('tollgate_requests_total'));
  assert.equal(requests.length, 201);
  assert.equal(requests.find(([name]) => name.includes('model="other",provider="other"'))?.[1], 800);
});

test('a refusal names the limit and whose it is; a store that cannot decide counts as failed', async () => {
  const metrics = createMetrics({ build: { version: '1.2.3', commit: 'abc123' } });
  metrics.admissionDecided(refused, 0.4);
  metrics.admissionDecided('failed', 100);
  const samples = await scrape(metrics);
  assert.equal(
    samples.get('tollgate_admissions_total{decision="refused",scope="tenant",limit="tokens_per_minute"}'),
    1,
  );
  assert.equal(samples.get('tollgate_admissions_total{decision="failed",scope="none",limit="none"}'), 1);
  assert.equal(samples.get('tollgate_admit_duration_seconds_count'), 2);
});

test('gauges follow changes of state', async () => {
  const metrics = createMetrics({ build: { version: '1.2.3', commit: 'abc123' } });
  metrics.degraded('store_unavailable', true);
  metrics.passedOver(() => ({
    openBreakers: [
      { provider: 'openrouter', model: 'other' },
      { provider: 'openrouter', model: 'gone' },
    ],
    credentials: [{ provider: 'openai', credential: 'b' }],
  }));
  metrics.passedOver(() => ({
    openBreakers: [{ provider: 'openrouter', model: 'other' }],
    credentials: [{ provider: 'openai', credential: 'a' }],
  }));
  metrics.inflightRequests.inc();
  const samples = await scrape(metrics);
  assert.equal(samples.get('tollgate_degraded{reason="store_unavailable"}'), 1);
  assert.equal(samples.get('tollgate_degraded{reason="config_refused"}'), 0);
  assert.equal(samples.get('tollgate_breaker_open{provider="openrouter",model="other"}'), 1);
  assert.equal(samples.get('tollgate_breaker_open{provider="openrouter",model="gone"}'), undefined);
  assert.equal(samples.get('tollgate_credential_disabled{provider="openai",credential="a"}'), 1);
  assert.equal(samples.get('tollgate_credential_disabled{provider="openai",credential="b"}'), undefined);
  assert.equal(samples.get('tollgate_inflight_requests'), 1);
  assert.equal(samples.get(`tollgate_build_info{version="1.2.3",commit="abc123",node="${process.version}"}`), 1);
});

test('what a call needed is compared with what was expected, of tokens and of money; nothing expected has no ratio', async () => {
  const metrics = createMetrics({ build: { version: '1.2.3', commit: 'abc123' } });
  metrics.tokensEstimated({ reservedTokens: 100, actualTokens: 150 });
  metrics.tokensEstimated({ reservedTokens: 0, actualTokens: 150 });
  metrics.costEstimated({ likelyNanoUsd: 1000n, actualNanoUsd: 250n });
  metrics.costEstimated({ likelyNanoUsd: 0n, actualNanoUsd: 250n });
  const samples = await scrape(metrics);
  assert.equal(samples.get('tollgate_estimate_ratio_sum{of="tokens"}'), 1.5);
  assert.equal(samples.get('tollgate_estimate_ratio_count{of="tokens"}'), 1);
  assert.equal(samples.get('tollgate_estimate_ratio_sum{of="cost"}'), 0.25);
  assert.equal(samples.get('tollgate_estimate_ratio_count{of="cost"}'), 1);
});

test('an attempt at a provider counts by its result, and its time by its provider', async () => {
  const metrics = createMetrics({ build: { version: '1.2.3', commit: 'abc123' } });
  metrics.attemptEnded({ provider: 'openai', result: 'ok', durationMs: 1500 });
  metrics.attemptEnded({ provider: 'openai', result: 'overloaded', durationMs: 20 });
  const samples = await scrape(metrics);
  assert.equal(samples.get('tollgate_upstream_attempts_total{provider="openai",result="ok"}'), 1);
  assert.equal(samples.get('tollgate_upstream_attempts_total{provider="openai",result="overloaded"}'), 1);
  assert.equal(samples.get('tollgate_upstream_attempt_duration_seconds_sum{provider="openai"}'), 1.52);
});

test('what an alert waits for is zero before it first happens, so that the first time is an increase', async () => {
  const samples = await scrape(createMetrics({ build: { version: '1.2.3', commit: 'abc123' } }));
  for (const result of ['settled', 'corrected', 'unreserved', 'duplicate', 'failed']) {
    assert.equal(samples.get(`tollgate_settlements_total{result="${result}"}`), 0);
  }
  assert.equal(samples.get('tollgate_admissions_total{decision="failed",scope="none",limit="none"}'), 0);
  assert.equal(samples.get('tollgate_reservations_reaped_total'), 0);
  assert.equal(samples.get('tollgate_log_lines_dropped_total'), 0);
});
