import { Counter, Gauge, type Registry } from 'prom-client';
import { LevelGauge, TallyCounter, TallyHistogram } from './tallies.ts';

const durationBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 900];
const firstTokenBuckets = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 30, 60, 120];
const overheadBuckets = [
  0.00005, 0.0001, 0.0002, 0.0003, 0.0005, 0.00075, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.01, 0.025, 0.1, 0.5,
];
const admitBuckets = [0.0001, 0.0002, 0.0003, 0.0005, 0.00075, 0.001, 0.002, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5];
const ratioBuckets = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 5, 10];

/**
 * Every metric of ours. docs/metrics.md has the same list for people, and a test holds the two together. `onScrape` runs
 * before each scrape. `aggregator` is how the processes of a node are joined; what has none is added up.
 */
export function defineMetrics(registry: Registry, onScrape: () => void) {
  const registers = [registry];
  return {
    requests: new TallyCounter({
      name: 'tollgate_requests_total',
      help: 'Requests answered. Outcome none: refused before admission, code says why.',
      labelNames: ['endpoint', 'model', 'provider', 'outcome', 'code'] as const,
      registers,
    }),
    requestDuration: new TallyHistogram({
      name: 'tollgate_request_duration_seconds',
      help: 'Admitted calls, from the first byte read to the last byte written.',
      labelNames: ['endpoint', 'model'] as const,
      buckets: durationBuckets,
      registers,
    }),
    timeToFirstToken: new TallyHistogram({
      name: 'tollgate_time_to_first_token_seconds',
      help: 'Streamed calls, from the first byte read to the first content written.',
      labelNames: ['model', 'provider'] as const,
      buckets: firstTokenBuckets,
      registers,
    }),
    overhead: new TallyHistogram({
      name: 'tollgate_overhead_seconds',
      help: 'Admitted calls, from the first byte read to the first byte answered, less the wait for providers.',
      buckets: overheadBuckets,
      registers,
    }),
    upstreamAttempts: new TallyCounter({
      name: 'tollgate_upstream_attempts_total',
      help: 'HTTP tries at providers, by how they ended.',
      labelNames: ['provider', 'result'] as const,
      registers,
    }),
    upstreamAttemptDuration: new TallyHistogram({
      name: 'tollgate_upstream_attempt_duration_seconds',
      help: 'HTTP tries at providers, from sending to the end of the answer or its failure.',
      labelNames: ['provider'] as const,
      buckets: durationBuckets,
      registers,
    }),
    fallbacks: new Counter({
      name: 'tollgate_fallbacks_total',
      help: 'Changes to the next target of a route within a call.',
      registers,
    }),
    tokens: new TallyCounter({
      name: 'tollgate_tokens_total',
      help: 'Tokens charged. Kinds do not overlap, but reasoning is part of output.',
      labelNames: ['model', 'provider', 'kind'] as const,
      registers,
    }),
    costUsd: new TallyCounter({
      name: 'tollgate_cost_usd_total',
      help: 'USD charged, for graphs; the ledger has the exact sums.',
      labelNames: ['model', 'provider'] as const,
      registers,
    }),
    admissions: new TallyCounter({
      name: 'tollgate_admissions_total',
      help: 'Decisions of admit; scope and limit name the one that refused.',
      labelNames: ['decision', 'scope', 'limit'] as const,
      registers,
    }),
    admitDuration: new TallyHistogram({
      name: 'tollgate_admit_duration_seconds',
      help: 'Round trips of admit to the store.',
      buckets: admitBuckets,
      registers,
    }),
    settlements: new TallyCounter({
      name: 'tollgate_settlements_total',
      help: 'Settlements, by what the store made of them.',
      labelNames: ['result'] as const,
      registers,
    }),
    reservationsReaped: new Counter({
      name: 'tollgate_reservations_reaped_total',
      help: 'Reservations of lost nodes that this process ended and charged as estimates.',
      registers,
    }),
    estimateRatio: new TallyHistogram({
      name: 'tollgate_estimate_ratio',
      help: 'What a call turned out to need, divided by what was expected of it.',
      labelNames: ['of'] as const,
      buckets: ratioBuckets,
      registers,
    }),
    boundExceeded: new Counter({
      name: 'tollgate_bound_exceeded_total',
      help: 'Attempts that cost more than the bound that a hard budget held for them.',
      labelNames: ['provider', 'model'] as const,
      registers,
    }),
    journalEntries: new LevelGauge({
      name: 'tollgate_journal_entries',
      help: 'Settlements that Redis has not confirmed.',
      registers,
    }),
    degraded: new Gauge({
      name: 'tollgate_degraded',
      aggregator: 'max',
      help: '1 while the node works with less than it should, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    breakerOpen: new Gauge({
      name: 'tollgate_breaker_open',
      collect: onScrape,
      aggregator: 'max',
      help: 'Targets whose circuit breaker is open.',
      labelNames: ['provider', 'model'] as const,
      registers,
    }),
    credentialDisabled: new Gauge({
      name: 'tollgate_credential_disabled',
      aggregator: 'max',
      help: '1 while a provider credential is set aside.',
      labelNames: ['provider', 'credential'] as const,
      registers,
    }),
    inflightRequests: new LevelGauge({
      name: 'tollgate_inflight_requests',
      help: 'Requests being answered.',
      registers,
    }),
    openStreams: new LevelGauge({
      name: 'tollgate_open_streams',
      help: 'Streamed answers being written.',
      registers,
    }),
    streamLag: new Gauge({
      name: 'tollgate_stream_lag_events',
      aggregator: 'max',
      help: 'Usage events that are in no roll-up yet.',
      labelNames: ['shard'] as const,
      registers,
    }),
    usageEvents: new Counter({
      name: 'tollgate_usage_events_total',
      help: 'Usage events that this process handled, by what came of it.',
      labelNames: ['result'] as const,
      registers,
    }),
    tenantCostUsd: new Counter({
      name: 'tollgate_tenant_cost_usd_total',
      help: 'USD charged to the largest tenants, as far as this process applied it; the rest counts as other.',
      labelNames: ['tenant'] as const,
      registers,
    }),
    ledgerDriftUsd: new Gauge({
      name: 'tollgate_ledger_drift_usd',
      aggregator: 'max',
      help: 'USD by which counters of spend differ from their events. Anything but 0 is a fault.',
      registers,
    }),
    ledgerVerifiedAt: new Gauge({
      name: 'tollgate_ledger_verified_timestamp_seconds',
      help: 'When every counter of spend was last compared with its events.',
      registers,
    }),
    alerts: new Counter({
      name: 'tollgate_alerts_total',
      help: 'Alerts posted to webhooks, by what came of it.',
      labelNames: ['webhook', 'result'] as const,
      registers,
    }),
    archiveEvents: new Counter({
      name: 'tollgate_archive_events_total',
      help: 'Usage events that this process wrote to the archive, and those that it came too late for.',
      labelNames: ['result'] as const,
      registers,
    }),
    archiveLag: new Gauge({
      name: 'tollgate_archive_lag_events',
      help: 'Usage events that are not in the archive yet.',
      labelNames: ['shard'] as const,
      registers,
    }),
    archiveFailing: new Gauge({
      name: 'tollgate_archive_failing',
      help: '1 while the archive cannot be written.',
      registers,
    }),
    logLinesDropped: new Counter({
      name: 'tollgate_log_lines_dropped_total',
      help: 'Log lines dropped because their reader was too slow.',
      registers,
    }),
    spansDropped: new Counter({
      name: 'tollgate_spans_dropped_total',
      help: 'Spans dropped because their collector was too slow, away, or refused them.',
      registers,
    }),
    buildInfo: new Gauge({
      name: 'tollgate_build_info',
      aggregator: 'first',
      help: 'Always 1; the labels say what runs.',
      labelNames: ['version', 'commit', 'node'] as const,
      registers,
    }),
  };
}

export type MetricDefinitions = ReturnType<typeof defineMetrics>;
