import type { NanoUsd, Shard } from '@tollgate/core';
import type { MetricDefinitions } from './definitions.ts';
import type { UsageEventResult } from './labels.ts';
import { TenantCosts } from './tenant-costs.ts';

/** What the aggregator counts. */
export interface AggregatorMetrics {
  lag(shard: Shard, events: number): void;
  eventHandled(result: UsageEventResult): void;
  /** Spend of an applied event; below 0 where it corrects an estimate that was too high. */
  tenantCharged(tenant: string, costNanoUsd: NanoUsd): void;
  ledgerDrift(driftNanoUsd: NanoUsd): void;
}

const nanoPerUsd = 1e9;

export function createAggregatorMetrics(definitions: MetricDefinitions): AggregatorMetrics {
  // A process that does not look has nothing to say, not even 0.
  definitions.ledgerDriftUsd.remove();
  const tenantCosts = new TenantCosts((tenant, usd) => definitions.tenantCostUsd.inc({ tenant }, usd));
  return {
    lag: (shard, events) => definitions.streamLag.set({ shard }, events),
    eventHandled: (result) => definitions.usageEvents.inc({ result }),
    tenantCharged: (tenant, costNanoUsd) => tenantCosts.add(tenant, Number(costNanoUsd) / nanoPerUsd),
    ledgerDrift: (driftNanoUsd) => definitions.ledgerDriftUsd.set(Number(driftNanoUsd) / nanoPerUsd),
  };
}
