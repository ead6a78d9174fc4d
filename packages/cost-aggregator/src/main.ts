import { loadConfig, readEnvironment, requireRedis, watchConfig } from '@tollgate/config';
import { onShutdownSignals, systemClock } from '@tollgate/core';
import { connectRedisStore } from '@tollgate/store';
import { buildOf, createLogger, createMetrics, version } from '@tollgate/telemetry';
import { openOperatorPort } from './operator-port.ts';
import { startAggregator } from './start-aggregator.ts';

const defaultOperatorPort = 8082;
/** Nobody waits for a worker, so it can wait for Redis longer than a request does. */
const storeTimeoutMs = 5_000;

/** `npm run cost-aggregator`: one worker; any number may run at once. */
async function main(): Promise<() => Promise<void>> {
  const environment = readEnvironment(process.env, { operatorPort: defaultOperatorPort });
  const source = { path: environment.configPath, environment: process.env };
  let config = loadConfig(source);
  const { redis, tags, logging, archive } = config;
  const connection = requireRedis(redis);
  const metrics = createMetrics({ build: buildOf(environment) });
  const logger = createLogger({ level: logging.level, onDropped: (lines) => metrics.logLinesDropped(lines) });
  const store = await connectRedisStore({
    ...redis,
    connection,
    timeoutMs: Math.max(redis.timeoutMs, storeTimeoutMs),
    maxTagValues: tags.maxValues,
    clock: systemClock,
  });
  const aggregator = startAggregator({ store, clock: systemClock, metrics, logger, rules: () => config, archive });
  const watch = watchConfig({
    ...source,
    clock: systemClock,
    signalSource: process,
    onChange: (changed) => {
      config = changed;
      metrics.degraded('config_refused', false);
      logger.info('config.yaml was loaded again; what names Redis or the archive takes a restart');
    },
    onRefused: (error) => {
      metrics.degraded('config_refused', true);
      logger.error('config.yaml is bad; the one before it stays in force', { error });
    },
  });
  let draining = false;
  const operator = await openOperatorPort({
    port: environment.operatorPort,
    metrics,
    version,
    ready: () => !draining && aggregator.healthy,
  });
  logger.info('aggregating', { operator_port: operator.port, version });
  return async () => {
    draining = true;
    watch.stop();
    await aggregator.stop();
    await operator.close();
    await store.close();
    await logger.close();
  };
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

const started = main();
onShutdownSignals({
  signals: process,
  clock: systemClock,
  drain: () => {
    started.then((stop) => stop()).then(() => process.exit(0), fail);
  },
  endAtOnce: () => process.exit(1),
});
started.catch(fail);
