import { StoreError, verifyLedger, type Clock, type KeyStore, type Books } from '@tollgate/core';
import type { Logger, Metrics } from '@tollgate/telemetry';
import { asError } from './loop/take-from-all.ts';

export interface LedgerWatchOptions {
  readonly keys: KeyStore;
  readonly books: Books;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly everyMs: number;
}

/** Compares every counter of spend with its events, again and again; returns what ends that. */
export function watchLedger(options: LedgerWatchOptions): () => Promise<void> {
  const { clock, everyMs } = options;
  let stopped = false;
  let drifting = false;
  let cancel = (): void => undefined;
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    drifting = await verifyOnce(options, drifting);
    if (stopped) return;
    cancel = clock.schedule(everyMs, () => {
      looking = look();
    });
  };
  looking = look();
  return async () => {
    stopped = true;
    cancel();
    await looking;
  };
}

/** One log line for each change; the gauge has the amount. */
async function verifyOnce(
  { keys, books, clock, metrics, logger }: LedgerWatchOptions,
  drifting: boolean,
): Promise<boolean> {
  try {
    const { driftNanoUsd, drifted, behind } = await verifyLedger(keys, books);
    metrics.aggregator.ledgerDrift(driftNanoUsd);
    if (behind.length === 0) metrics.aggregator.ledgerVerified(clock.nowMs());
    if (drifted.length > 0 && !drifting) {
      logger.error('counters of spend differ from their events; `tollgate ledger verify` names them', {
        drift_nano_usd: String(driftNanoUsd),
        counters: drifted.length,
      });
    }
    if (drifted.length === 0 && drifting) logger.info('counters of spend agree with their events again');
    return drifted.length > 0;
  } catch (error) {
    // That the store does not serve is told by the loop.
    if (!(error instanceof StoreError)) logger.error('the books cannot be compared', { error: asError(error) });
    return drifting;
  }
}
