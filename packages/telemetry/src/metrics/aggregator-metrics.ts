import type { NanoUsd, Shard } from '@tollgate/core';
import type { MetricDefinitions } from './definitions.ts';
import { alertResults, type AlertResult, type ArchiveResult, type UsageEventResult } from './labels.ts';
import { TenantCosts } from './tenant-costs.ts';

/** What the aggregator counts. */
export interface AggregatorMetrics {
  lag(shard: Shard, events: number): void;
  eventHandled(result: UsageEventResult): void;
  /** Spend of an applied event; below 0 where it corrects an estimate that was too high. */
  tenantCharged(tenant: string, costNanoUsd: NanoUsd): void;
  ledgerDrift(driftNanoUsd: NanoUsd): void;
  /** Every counter was compared. */
  ledgerVerified(atMs: number): void;
  /** Shows a webhook's alerts before there are any. */
  webhookKnown(webhook: string): void;
  alertPosted(webhook: string, result: AlertResult): void;
  archived(result: ArchiveResult, events: number): void;
  archiveLag(shard: Shard, events: number): void;
  /** This process writes the shard no longer. */
  archiveLeft(shard: Shard): void;
  archiveFailing(failing: boolean): void;
}

const nanoPerUsd = 1e9;

export function createAggregatorMetrics(definitions: MetricDefinitions): AggregatorMetrics {
  // A process that does not look has nothing to say, not even 0.
  definitions.ledgerDriftUsd.remove();
  definitions.ledgerVerifiedAt.remove();
  definitions.archiveFailing.remove();
  const tenantCosts = new TenantCosts((tenant, usd) => definitions.tenantCostUsd.inc({ tenant }, usd));
  return {
    lag: (shard, events) => definitions.streamLag.set({ shard }, events),
    eventHandled: (result) => definitions.usageEvents.inc({ result }),
    tenantCharged: (tenant, costNanoUsd) => tenantCosts.add(tenant, Number(costNanoUsd) / nanoPerUsd),
    ledgerDrift: (driftNanoUsd) => definitions.ledgerDriftUsd.set(Number(driftNanoUsd) / nanoPerUsd),
    ledgerVerified: (atMs) => definitions.ledgerVerifiedAt.set(atMs / 1000),
    webhookKnown: (webhook) => {
      for (const result of alertResults) definitions.alerts.inc({ webhook, result }, 0);
    },
    alertPosted: (webhook, result) => definitions.alerts.inc({ webhook, result }),
    archived: (result, events) => definitions.archiveEvents.inc({ result }, events),
    archiveLag: (shard, events) => definitions.archiveLag.set({ shard }, events),
    archiveLeft: (shard) => definitions.archiveLag.remove({ shard }),
    archiveFailing: (failing) => definitions.archiveFailing.set(failing ? 1 : 0),
  };
}
