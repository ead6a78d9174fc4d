import { randomUUID } from 'node:crypto';
import type { Clock } from '@tollgate/core';
import { Reaper, type Store } from '@tollgate/store';
import type { Logger, Metrics } from '@tollgate/telemetry';
import type { AlertRules } from './alerts/alert-rules.ts';
import { defaultAlertSettings, startAlerts, type AlertSettings } from './alerts/start-alerts.ts';
import type { ArchiveConfig } from '@tollgate/config';
import type { ArchiveSettings } from './archive/archive-shard.ts';
import { defaultArchiveSettings, runArchive } from './archive/run-archive.ts';
import { defaultLoopSettings, type LoopSettings } from './loop/worker.ts';
import { runLoop } from './run-loop.ts';
import { watchLedger } from './watch-ledger.ts';

export interface AggregatorOptions {
  /** Owned by whoever made it. */
  readonly store: Pick<Store, 'admission' | 'keys' | 'stream' | 'books' | 'report' | 'alerts'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** config.yaml as it is now: whom to tell of what. Absent: nobody. */
  readonly rules?: () => AlertRules;
  /** Where applied events are written for good. Absent: nowhere. */
  readonly archive?: ArchiveConfig;
  readonly settings?: Partial<AggregatorSettings>;
}

export interface AggregatorSettings extends LoopSettings {
  readonly alerts: AlertSettings;
  readonly archive: ArchiveSettings;
  /** Between two comparisons of spend with its events. */
  readonly verifyMs: number;
}

const defaultSettings: AggregatorSettings = {
  ...defaultLoopSettings,
  alerts: defaultAlertSettings,
  archive: defaultArchiveSettings,
  verifyMs: 60_000,
};

/** An aggregator at work. */
export interface Aggregator {
  /** Whether the store serves. */
  readonly healthy: boolean;
  /** Takes nothing more; resolves once all that was taken is applied. */
  stop(): Promise<void>;
}

/**
 * Applies usage events, ends what dead nodes left behind, watches the books, tells of what was spent, and writes the archive. Any number may
 * run at once.
 */
export function startAggregator(options: AggregatorOptions): Aggregator {
  const { store, clock, metrics, logger, rules } = options;
  const mostWaiting = options.archive?.maxWaitingEvents ?? defaultSettings.mostWaiting;
  const settings = { ...defaultSettings, mostWaiting, ...options.settings };
  const worker = randomUUID();
  const alerts = rules && startAlerts({ store, clock, metrics, logger, rules, settings: settings.alerts });
  const loop = runLoop(
    {
      name: worker,
      stream: store.stream,
      metrics,
      logger,
      settings,
      onApplied: (tenant, keyId) => alerts?.note(tenant, keyId),
    },
    clock,
  );
  const directory = options.archive?.directory;
  const parts = { stream: store.stream, worker, clock, metrics, logger, settings: settings.archive };
  const archive = directory === undefined ? undefined : runArchive({ ...parts, directory });
  const reaper = new Reaper({
    admission: store.admission,
    clock,
    onReaped: (count) => metrics.reservationsReaped(count),
  });
  reaper.start();
  const everyMs = settings.verifyMs;
  const stopWatching = watchLedger({ keys: store.keys, books: store.books, clock, metrics, logger, everyMs });
  return {
    get healthy() {
      return loop.healthy;
    },
    stop: async () => {
      await Promise.all([loop.stop(), reaper.stop(), stopWatching(), alerts?.stop(), archive?.stop()]);
    },
  };
}
