import type { Build } from '../build.ts';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { AdmitDecision, NanoUsd, StoreErrorCode } from '@tollgate/core';
import { createAggregatorMetrics, type AggregatorMetrics } from './aggregator-metrics.ts';
import { defineMetrics, type MetricDefinitions } from './definitions.ts';
import {
  degradedReasons,
  settlementLabels,
  usageEventResults,
  type AttemptResult,
  type DegradedReason,
  type SettlementLabel,
} from './labels.ts';
import type { LevelGauge } from './tallies.ts';
import { createRequestMetrics, type RequestMetrics } from './request-metrics.ts';

/** A gauge that goes up and down by one. */
export interface Level {
  inc(): void;
  dec(): void;
}

/** Targets and credentials that no call is sent to for now. */
export interface PassedOver {
  readonly openBreakers: readonly { readonly provider: string; readonly model: string }[];
  readonly credentials: readonly { readonly provider: string; readonly credential: string }[];
}

/** One HTTP try at a provider. */
export interface EndedAttempt {
  readonly provider: string;
  readonly result: AttemptResult;
  readonly durationMs: number;
}

/** Everything that is counted. Each method may be called on the hot path. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: RequestMetrics;
  readonly aggregator: AggregatorMetrics;
  readonly inflightRequests: Level;
  readonly openStreams: Level;
  attemptEnded(attempt: EndedAttempt): void;
  /** A decision of `admit`; `failed` where the store could not decide. */
  admissionDecided(decision: AdmitDecision | 'failed', durationMs: number): void;
  settlementApplied(result: SettlementLabel): void;
  reservationsReaped(count: number): void;
  /** An attempt cost more than its bound; `model` is the route's label. */
  boundExceeded(attempt: { readonly provider: string; readonly model: string }): void;
  tokensEstimated(estimate: { readonly reservedTokens: number; readonly actualTokens: number }): void;
  costEstimated(estimate: { readonly likelyNanoUsd: NanoUsd; readonly actualNanoUsd: NanoUsd }): void;
  degraded(reason: DegradedReason, active: boolean): void;
  /**
   * What upstream passes over; asked for at each scrape, because some of it comes back by time alone, and nothing
   * tells. `model` is a name that stands in config.yaml, or `other`.
   */
  passedOver(read: () => PassedOver): void;
  logLinesDropped(count: number): void;
  spansDropped(count: number): void;
  /** Settlements that the store has not confirmed. */
  journalEntries(count: number): void;
}

/** Defines all metrics on `registry` (a new one by default), Node's own ones included. */
export function createMetrics(options: { readonly build: Build; readonly registry?: Registry }): Metrics {
  const registry = options.registry ?? new Registry();
  let beforeScrape = (): void => undefined;
  const definitions = defineMetrics(registry, () => beforeScrape());
  collectDefaultMetrics({ register: registry });
  definitions.buildInfo.labels(options.build.version, options.build.commit, process.version).set(1);
  for (const reason of degradedReasons) definitions.degraded.labels(reason).set(0);
  showZeros(definitions);
  const { estimateRatio } = definitions;
  const [tokenRatio, costRatio] = [estimateRatio.tally('tokens'), estimateRatio.tally('cost')];
  const admitDuration = definitions.admitDuration.tally();
  const admissions = bound((...labels) => definitions.admissions.tally(...labels));
  const settlements = bound((...labels) => definitions.settlements.tally(...labels));
  const upstreamAttempts = bound((...labels) => definitions.upstreamAttempts.tally(...labels));
  const upstreamAttemptDuration = bound((...labels) => definitions.upstreamAttemptDuration.tally(...labels));

  return {
    registry,
    requests: createRequestMetrics(definitions),
    aggregator: createAggregatorMetrics(definitions),
    inflightRequests: levelOf(definitions.inflightRequests),
    openStreams: levelOf(definitions.openStreams),
    attemptEnded: ({ provider, result, durationMs }) => {
      upstreamAttempts(provider, result).add(1);
      upstreamAttemptDuration(provider).observe(durationMs / 1000);
    },
    admissionDecided: (decision, durationMs) => {
      admitDuration.observe(durationMs / 1000);
      const refusal = decision !== 'failed' && decision.kind === 'refused' ? decision.refusal : undefined;
      const kind = decision === 'failed' ? decision : decision.kind;
      admissions(kind, refusal?.scope ?? 'none', refusal?.limit ?? 'none').add(1);
    },
    settlementApplied: (result) => settlements(result).add(1),
    reservationsReaped: (count) => definitions.reservationsReaped.inc(count),
    tokensEstimated: ({ reservedTokens, actualTokens }) => {
      if (reservedTokens > 0) tokenRatio.observe(actualTokens / reservedTokens);
    },
    costEstimated: ({ likelyNanoUsd, actualNanoUsd }) => {
      if (likelyNanoUsd === 0n) return;
      costRatio.observe(Number(actualNanoUsd) / Number(likelyNanoUsd));
    },
    boundExceeded: (attempt) => definitions.boundExceeded.inc(attempt),
    degraded: (reason, active) => definitions.degraded.set({ reason }, active ? 1 : 0),
    passedOver: (read) => {
      beforeScrape = () => showPassedOver(definitions, read());
    },
    logLinesDropped: (count) => definitions.logLinesDropped.inc(count),
    spansDropped: (count) => definitions.spansDropped.inc(count),
    journalEntries: (count) => {
      definitions.journalEntries.level = count;
    },
  };
}

/** A series that appears with its first event hides that event from rate() and increase(), and so from every alert. */
function showZeros({ settlements, admissions, usageEvents }: MetricDefinitions): void {
  for (const result of settlementLabels) settlements.inc({ result }, 0);
  for (const result of usageEventResults) usageEvents.inc({ result }, 0);
  admissions.inc({ decision: 'failed', scope: 'none', limit: 'none' }, 0);
}

function showPassedOver({ breakerOpen, credentialDisabled }: MetricDefinitions, now: PassedOver): void {
  breakerOpen.reset();
  for (const { provider, model } of now.openBreakers) breakerOpen.inc({ provider, model });
  credentialDisabled.reset();
  for (const { provider, credential } of now.credentials) credentialDisabled.set({ provider, credential }, 1);
}

/** The `degraded` reason that a failing store stands for. */
export const degradedReasonOf = (code: StoreErrorCode): DegradedReason => reasonByStoreError[code];

const reasonByStoreError: Readonly<Record<StoreErrorCode, DegradedReason>> = {
  timeout: 'store_unavailable',
  unavailable: 'store_unavailable',
  shard_unavailable: 'shard_unavailable',
  full: 'store_full',
  unreplicated: 'store_unreplicated',
  backlog_full: 'event_backlog_full',
  recovering: 'ledger_recovering',
  schema: 'store_schema',
};

const levelOf = (gauge: LevelGauge): Level => ({
  inc: () => {
    gauge.level += 1;
  },
  dec: () => {
    gauge.level -= 1;
  },
});

/** Each series is bound once. Labels come from closed sets and from the names of providers. */
function bound<Child>(bind: (...labels: readonly string[]) => Child): (...labels: readonly string[]) => Child {
  const children = new Map<string, Child>();
  return (...labels) => {
    const name = labels.join('\n');
    const known = children.get(name);
    if (known !== undefined) return known;
    const child = bind(...labels);
    children.set(name, child);
    return child;
  };
}
