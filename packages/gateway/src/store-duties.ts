import { randomUUID } from 'node:crypto';
import type { AdmissionStore, Clock, StoreError } from '@tollgate/core';
import { Reaper } from '@tollgate/store';
import type { Logger, Metrics } from '@tollgate/telemetry';
import { LeaseKeeper } from './admission/lease-keeper.ts';
import { Settler } from './admission/settler.ts';
import type { StoreHealth } from './store-health.ts';

const settleDeadlineMs = 5_000;

/** What a node owes the store for as long as it runs: leases renewed, calls settled, dead nodes' calls ended. */
export interface StoreDuties {
  readonly leases: LeaseKeeper;
  readonly settler: Settler;
  /** Once no call is in flight any more: resolves when all is settled, or the deadline has passed. */
  stop(): Promise<void>;
}

export interface StoreDutyParts {
  readonly admission: AdmissionStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly storeHealth: StoreHealth;
}

export function startStoreDuties(parts: StoreDutyParts): StoreDuties {
  const { admission, clock, metrics, logger, storeHealth } = parts;
  const watched = { admission, clock, onFailure: (error: StoreError): void => storeHealth.failed(error) };
  const leases = new LeaseKeeper(watched);
  const settler = buildSettler(parts);
  const reaper = new Reaper({
    ...watched,
    onReaped: (count) => metrics.reservationsReaped(count),
    onAnswered: () => storeHealth.worked(),
  });
  leases.start();
  reaper.start();
  return {
    leases,
    settler,
    stop: async () => {
      await Promise.all([leases.stop(), reaper.stop()]);
      const left = await settler.drain(settleDeadlineMs);
      if (left > 0) logger.error('settlements were left unconfirmed at shutdown', { settlements: left });
    },
  };
}

const buildSettler = ({ admission, clock, metrics, logger, storeHealth }: StoreDutyParts): Settler =>
  new Settler({
    admission,
    clock,
    producerId: randomUUID(),
    onSettled: (result) => metrics.settlementApplied(result),
    onFailure: (error) => {
      metrics.settlementApplied('failed');
      storeHealth.failed(error);
    },
    onPoison: (settlement, error) => {
      metrics.settlementApplied('failed');
      logger.error('a settlement cannot be applied; its event is in this line', {
        event: JSON.stringify(settlement.event),
        error: error instanceof Error ? error : String(error),
      });
    },
  });
