import type { UsageStream } from '@tollgate/core';
import type { Logger, Metrics } from '@tollgate/telemetry';

/** What the steps of a round share. */
export interface Worker {
  /** Unique for this boot: what it holds when it dies is claimed by the others. */
  readonly name: string;
  readonly stream: UsageStream;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly settings: LoopSettings;
  /** An event of this tenant and key was applied. Has to return at once. */
  readonly onApplied: (tenant: string, keyId: string) => void;
}

export interface LoopSettings {
  /** Events of a shard that are taken at once. */
  readonly batchEvents: number;
  /** Between two rounds where nothing was found. */
  readonly idleMs: number;
  /** Before the next round where the store did not serve. */
  readonly retryMs: number;
  /** A worker that has held an event for so long is taken for dead. */
  readonly claimAfterMs: number;
  /** An event that failed so often by its own fault is set aside. */
  readonly mostTries: number;
  /** What is kept of events that were applied, for exports. */
  readonly keptMs: number;
  readonly keptEvents: number;
  /** Events of a shard that wait for an archive which cannot be written; then the oldest are dropped. */
  readonly mostWaiting: number;
}

export const defaultLoopSettings: LoopSettings = {
  batchEvents: 64,
  idleMs: 250,
  retryMs: 1_000,
  claimAfterMs: 30_000,
  mostTries: 5,
  keptMs: 7 * 86_400_000,
  keptEvents: 10_000,
  mostWaiting: 500_000,
};
