import { randomUUID } from 'node:crypto';
import type { Clock } from '@tollgate/core';
import { Reaper, type Store } from '@tollgate/store';
import type { Logger, Metrics } from '@tollgate/telemetry';
import type { AlertRules } from './alerts/alert-rules.ts';
import { defaultAlertSettings, startAlerts, type AlertSettings } from './alerts/start-alerts.ts';
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
  readonly settings?: Partial<AggregatorSettings>;
}

export interface AggregatorSettings extends LoopSettings {
  readonly alerts: AlertSettings;
  /** Between two comparisons of spend with its events. */
  readonly verifyMs: number;
}

const defaultSettings: AggregatorSettings = {
  ...defaultLoopSettings,
  alerts: defaultAlertSettings,
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
 * Applies usage events, ends what dead nodes left behind, watches the books, and tells of what was spent. Any number may
 * run at once.
 */
export function startAggregator(options: AggregatorOptions): Aggregator {
  const { store, clock, metrics, logger, rules } = options;
  const settings = { ...defaultSettings, ...options.settings };
  const alerts = rules && startAlerts({ store, clock, metrics, logger, rules, settings: settings.alerts });
  const loop = runLoop(
    {
      name: randomUUID(),
      stream: store.stream,
      metrics,
      logger,
      settings,
      onApplied: (tenant, keyId) => alerts?.note(tenant, keyId),
    },
    clock,
  );
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
      await Promise.all([loop.stop(), reaper.stop(), stopWatching(), alerts?.stop()]);
    },
  };
}
