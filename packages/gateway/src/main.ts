import { ConfigError, loadConfig, readEnvironment, watchConfig, type Config, type Environment } from '@tollgate/config';
import { onShutdownSignals, systemClock } from '@tollgate/core';
import { createLogger, createMetrics, type Logger } from '@tollgate/telemetry';
import { connectStore, logServerConcerns } from './connect-store.ts';
import { startGateway } from './start-gateway.ts';
import { version } from './version.ts';

/** `npm run gateway`: one node. It starts with everything it needs or not at all. */
async function main(): Promise<void> {
  const environment = readEnvironment(process.env, {
    required: ['TOLLGATE_KEY_PEPPERS', 'TOLLGATE_ADMIN_TOKEN'],
  });
  const source = { path: environment.configPath, environment: process.env };
  const config = loadConfig(source);
  assertUsable(config, environment);

  const metrics = createMetrics({ version });
  const logger = createLogger({
    level: config.logging.level,
    onDropped: (lines) => metrics.logLinesDropped(lines),
  });
  const store = await connectStore(config, { clock: systemClock });
  logNotes(logger, config);
  await logServerConcerns(config.redis, logger);
  const node = await startGateway({ config, environment, store, metrics, logger });
  const watch = watchConfig({
    ...source,
    clock: systemClock,
    signalSource: process,
    onChange: (changed) => {
      node.reload(changed);
      node.configRefused(false);
      logger.info('config.yaml was loaded again');
      logNotes(logger, changed);
    },
    onRefused: (error) => {
      node.configRefused(true);
      logger.error('config.yaml was refused; the one before it stays in force', { error });
    },
  });
  logger.info('listening', { port: node.publicPort, operator_port: node.operatorPort, version });
  const stop = async (): Promise<void> => {
    watch.stop();
    await node.stop();
    await store.close();
  };
  onShutdownSignals({
    signals: process,
    clock: systemClock,
    drain: () => void stop().then(() => process.exit(0), fail),
    endAtOnce: () => process.exit(1),
  });
}

function assertUsable(config: Config, environment: Environment): void {
  const usable = [...config.providers.values()].some((provider) => provider.usable);
  if (usable) return;
  throw new ConfigError(environment.configPath, [
    {
      path: 'providers',
      line: undefined,
      message: 'none has a key: set one, for example OPENROUTER_API_KEY. To try Tollgate without one, use `npm start`',
    },
  ]);
}

/** What an operator should know, such as a provider that is left out for want of a key. */
function logNotes(logger: Logger, config: Config): void {
  for (const { path, line, message } of config.notes) logger.warn(message, { setting: path, line });
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
