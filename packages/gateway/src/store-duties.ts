import {
  type AdmissionStore,
  type Clock,
  type LedgerRecovery,
  type NodeRegistry,
  type StoreError,
} from '@tollgate/core';
import { LocalShare, Reaper } from '@tollgate/store';
import type { Logger, Metrics } from '@tollgate/telemetry';
import { LeaseKeeper } from './admission/lease-keeper.ts';
import { Settler } from './admission/settler.ts';
import type { Journal } from './journal/journal.ts';
import { journalAdmissions } from './journal/journalled-admission.ts';
import { OutageStore, type OutagePolicy } from './outage/outage-store.ts';
import { Recovery } from './recovery/recovery.ts';
import type { StoreHealth } from './store-health.ts';

const settleDeadlineMs = 5_000;

/** What a node owes the store for as long as it runs: leases renewed, calls settled, dead nodes' calls ended. */
export interface StoreDuties {
  /** The store as requests see it: with what stands in for it while it is away. */
  readonly admission: AdmissionStore;
  readonly leases: LeaseKeeper;
  readonly settler: Settler;
  readonly journal: Journal;
  /** Once no call is in flight any more: resolves when all is settled, or the deadline has passed. */
  stop(): Promise<void>;
}

export interface StoreDutyParts {
  readonly store: {
    readonly admission: AdmissionStore;
    readonly bulk: Pick<AdmissionStore, 'settle' | 'void'>;
    readonly ledger: LedgerRecovery;
    readonly nodes: NodeRegistry;
  };
  readonly journal: Journal;
  /** This boot of the process: its settlements are numbered under it, and it is counted as a node. */
  readonly producerId: string;
  readonly outagePolicy: () => OutagePolicy;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly storeHealth: StoreHealth;
}

export function startStoreDuties(parts: StoreDutyParts): StoreDuties {
  const { clock, metrics, logger, storeHealth, journal } = parts;
  const share = new LocalShare(clock);
  const onFailure = (error: StoreError): void => {
    storeHealth.failed(error);
    recovery.soon();
  };
  const admission: OutageStore = new OutageStore({
    store: parts.store.admission,
    share,
    clock,
    policy: parts.outagePolicy,
    liveNodes: () => recovery.liveNodes,
    isStoreAway: () => storeHealth.away,
    onAnswered: (operation) => storeHealth.worked(operation),
    onFailure,
  });
  const leases = new LeaseKeeper({ admission, clock });
  const settler = buildSettler(parts, admission);
  const reaper = new Reaper({
    admission,
    clock,
    onReaped: (count) => metrics.reservationsReaped(count),
  });
  const recovery: Recovery = new Recovery({
    ...parts.store,
    nodeId: parts.producerId,
    clock,
    leaseMs: leases.leaseMs,
    journal,
    share,
    renewAll: () => leases.readoptAll(),
    takeBack: (reservation) => parts.store.bulk.void(reservation),
    holdAgain: (reservation) => admission.renew([{ reservation, tokens: 0, nanoUsd: 0n }], leases.leaseMs),
    onAnswered: () => {
      admission.heard();
      storeHealth.worked('other');
    },
    onFailure: (error) => storeHealth.failed(error),
    onReopened: (settlements) => logger.warn('Redis lost settlements; they are sent again', { settlements }),
    onNodes: (nodes) => logger.info('the number of live nodes changed', { nodes }),
    onWhole: () => storeHealth.recovered(),
  });
  for (const duty of [leases, reaper, settler, recovery]) duty.start();
  return {
    admission: journalAdmissions(admission, journal),
    leases,
    settler,
    journal,
    stop: async () => {
      await Promise.all([leases.stop(), reaper.stop()]);
      const left = await settler.drain(settleDeadlineMs);
      await recovery.stop();
      await journal.close();
      if (left > 0) logger.error('settlements were left unconfirmed at shutdown', { settlements: left });
    },
  };
}

const buildSettler = (
  { store, journal, clock, producerId, metrics, logger, storeHealth }: StoreDutyParts,
  admission: OutageStore,
) =>
  new Settler({
    admission,
    bulk: store.bulk,
    clock,
    journal,
    producerId,
    isStoreAway: () => storeHealth.away,
    onEnded: (reservationId) => admission.release(reservationId),
    onSettled: (result) => metrics.settlementApplied(result),
    onFailure: () => metrics.settlementApplied('failed'),
    onPoison: (producer, error) => {
      metrics.settlementApplied('failed');
      logger.error('a settlement cannot be applied; it was set aside', {
        producer: producer.id,
        sequence: producer.sequence,
        error: error instanceof Error ? error : String(error),
      });
    },
  });
