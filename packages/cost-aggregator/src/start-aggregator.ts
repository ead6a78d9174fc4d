import { randomUUID } from 'node:crypto';
import type { Clock } from '@tollgate/core';
import { Reaper, type Store } from '@tollgate/store';
import type { Logger, Metrics } from '@tollgate/telemetry';
import { defaultLoopSettings, type LoopSettings } from './loop/worker.ts';
import { runLoop } from './run-loop.ts';
import { watchLedger } from './watch-ledger.ts';

export interface AggregatorOptions {
  /** Owned by whoever made it. */
  readonly store: Pick<Store, 'admission' | 'keys' | 'stream' | 'books'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly settings?: Partial<LoopSettings>;
}

/** An aggregator at work. */
export interface Aggregator {
  /** Whether the store serves. */
  readonly healthy: boolean;
  /** Takes nothing more; resolves once all that was taken is applied. */
  stop(): Promise<void>;
}

/** Applies usage events, ends what dead nodes left behind, and watches the books. Any number may run at once. */
export function startAggregator({ store, clock, metrics, logger, settings }: AggregatorOptions): Aggregator {
  const worker = {
    name: randomUUID(),
    stream: store.stream,
    metrics,
    logger,
    settings: { ...defaultLoopSettings, ...settings },
  };
  const loop = runLoop(worker, clock);
  const reaper = new Reaper({
    admission: store.admission,
    clock,
    onReaped: (count) => metrics.reservationsReaped(count),
  });
  reaper.start();
  const stopWatching = watchLedger({ keys: store.keys, books: store.books, clock, metrics, logger });
  return {
    get healthy() {
      return loop.healthy;
    },
    stop: async () => {
      await Promise.all([loop.stop(), reaper.stop(), stopWatching()]);
    },
  };
}
