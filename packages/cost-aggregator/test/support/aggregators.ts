import { setTimeout as delay } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { systemClock } from '@tollgate/core';
import { createLogger, createMetrics, type Metrics } from '@tollgate/telemetry';
import {
  startAggregator,
  type Aggregator,
  type AggregatorOptions,
  type AggregatorSettings,
} from '@tollgate/cost-aggregator';

export interface TestAggregator extends Aggregator {
  readonly metrics: Metrics;
  /** All that was logged so far. */
  logged(): string;
}

/** Rounds as fast as they go, and everybody taken for dead at once. */
export const hasty: Partial<AggregatorSettings> = { claimAfterMs: 1, idleMs: 1, retryMs: 5, batchEvents: 7 };

/** An aggregator in this process. */
export function aggregate(
  store: AggregatorOptions['store'],
  settings: Partial<AggregatorSettings> = hasty,
  more: Pick<AggregatorOptions, 'rules' | 'archive'> = {},
): TestAggregator {
  const metrics = createMetrics({ build: { version: 'test', commit: 'test' } });
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString('utf8');
      done();
    },
  });
  const logger = createLogger({ level: 'info', stream });
  const aggregator = startAggregator({ store, clock: systemClock, metrics, logger, settings, ...more });
  return {
    metrics,
    logged: () => text,
    get healthy() {
      return aggregator.healthy;
    },
    stop: async () => {
      await aggregator.stop();
      await logger.close();
    },
  };
}

/** What aggregators do can only be seen by looking: looks until it is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(60_000);
  while (!(await isSo())) await delay(5, undefined, { signal: deadline });
}

/** The value of a metric's series; undefined where there is none. */
export async function valueOf(metrics: Metrics, series: string): Promise<number | undefined> {
  const line = (await metrics.registry.metrics()).split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
