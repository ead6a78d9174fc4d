import cluster from 'node:cluster';
import {
  ConfigError,
  loadConfig,
  readEnvironment,
  watchConfig,
  type Config,
  type Environment,
  type Variables,
} from '@tollgate/config';
import { onShutdownSignals, systemClock, type SignalSource } from '@tollgate/core';
import { buildOf, createLogger, createMetrics, version, type Logger } from '@tollgate/telemetry';
import { connectStore, logServerConcerns } from './connect-store.ts';
import { startGateway } from './start-gateway.ts';
import { beWorker } from './workers/be-worker.ts';
import { superviseWorkers } from './workers/supervise-workers.ts';

/** `npm run gateway`: one node. It starts with everything it needs, or ends the process with the reason. */
export function runNode(variables: Variables): void {
  main(variables).catch(fail);
}

async function main(variables: Variables): Promise<void> {
  const environment = readEnvironment(variables, {
    required: ['TOLLGATE_KEY_PEPPERS', 'TOLLGATE_ADMIN_TOKEN'],
  });
  const source = { path: environment.configPath, environment: variables };
  const config = loadConfig(source);
  assertUsable(config, environment);
  if (cluster.isPrimary && environment.workers > 1) return supervise(environment.workers);
  const metrics = createMetrics({ build: buildOf(environment) });
  const ties = cluster.isWorker ? beWorker(metrics) : undefined;
  const signals = ties?.signals ?? process;
  // Before anything is started: as a container's first process it would else be deaf to signals until then.
  const endings = endAtSignals(signals);

  const logger = createLogger({
    level: config.logging.level,
    onDropped: (lines) => metrics.logLinesDropped(lines),
  });
  const store = await connectStore(config, { clock: systemClock });
  endings.push(() => store.close());
  logNotes(logger, config);
  const starting = startGateway({
    config,
    environment,
    store,
    metrics,
    logger,
    ...(ties === undefined ? {} : { scrape: ties.scrape }),
  });
  endings.push(async () => (await starting).stop());
  const [node] = await Promise.all([starting, logServerConcerns(config.redis, logger)]);
  const watch = watchConfig({
    ...source,
    clock: systemClock,
    signalSource: signals,
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
  endings.push(() => watch.stop());
  logger.info('listening', { port: node.publicPort, operator_port: node.operatorPort, version });
}

/** The processes that `TOLLGATE_WORKERS` asks for, each a node of its own on the same ports. */
async function supervise(count: number): Promise<never> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  process.exit(await superviseWorkers({ count, clock: systemClock, signals: process, say }));
}

/** Ends the process at SIGTERM or SIGINT; what is put in the returned list is ended before, the last first. */
function endAtSignals(signals: SignalSource): (() => Promise<void> | void)[] {
  const endings: (() => Promise<void> | void)[] = [];
  const drain = async (): Promise<void> => {
    for (const end of endings.toReversed()) await end();
  };
  onShutdownSignals({
    signals,
    clock: systemClock,
    drain: () => void drain().then(() => process.exit(0), fail),
    endAtOnce: () => process.exit(1),
  });
  return endings;
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
