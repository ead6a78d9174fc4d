import { join } from 'node:path';
import {
  loadConfig,
  readEnvironment,
  watchConfig,
  type Config,
  type ConfigSource,
  type Environment,
  type Variables,
} from '@tollgate/config';
import type { Clock } from '@tollgate/core';
import { startAggregator } from '@tollgate/cost-aggregator';
import { connectStore, startGateway, type GatewayNode } from '@tollgate/gateway';
import { createMemoryStore } from '@tollgate/store';
import { buildOf, createLogger, createMetrics } from '@tollgate/telemetry';
import { banner } from './banner.ts';
import { exampleModel, provideDemoKey } from './demo-key.ts';
import { provideProviders } from './provide-providers.ts';
import { provideState } from './provide-state.ts';
import { untilAnswered } from './state/until-answered.ts';
import { provideSecrets } from './state/secrets.ts';

export interface StandaloneOptions {
  /** `process.env`. */
  readonly variables: Variables;
  /** Secrets and data; absolute. Made where it is absent. */
  readonly stateDirectory: string;
  readonly clock: Clock;
  /** For the person who started it. */
  readonly say: (text: string) => void;
}

/** Everything in one process. */
export interface Standalone {
  readonly publicPort: number;
  readonly operatorPort: number;
  /** A gateway key of the tenant `demo`. */
  readonly key: string;
  /** Drains, then ends everything that was started. */
  stop(): Promise<void>;
}

/** What ends the parts that were started. */
type Endings = (() => unknown)[];

/** Secrets, state, a stand-in for providers where none has a key, a gateway node, and a key to try it with. */
export async function startStandalone(options: StandaloneOptions): Promise<Standalone> {
  const endings: Endings = [];
  const stop = async (): Promise<void> => {
    // What was started last is needed by nothing else, so it ends first.
    for (const end of endings.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await startParts(options, endings)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(options: StandaloneOptions, endings: Endings): Promise<Omit<Standalone, 'stop'>> {
  const secured = provideSecrets(options.variables, options.stateDirectory);
  const environment = readEnvironment(secured);
  const { configPath } = environment;

  const state = await provideState({ ...options, configPath, variables: secured });
  endings.push(state.stop);
  const providers = await provideProviders({ configPath, variables: state.variables });
  endings.push(providers.stop);

  const source = { path: configPath, environment: providers.variables };
  const config = loadConfig(source);
  let inForce = config;
  const { clock } = options;
  const store =
    config.redis.connection.kind === 'none'
      ? createMemoryStore({ clock, maxTagValues: config.tags.maxValues })
      : await connectStore(config, { clock });
  endings.push(() => store.close());
  const metrics = createMetrics({ build: buildOf(environment) });
  const logger = createLogger({ level: config.logging.level, onDropped: (lines) => metrics.logLinesDropped(lines) });
  const aggregator = startAggregator({ store, clock, metrics, logger, rules: () => inForce, archive: config.archive });
  endings.push(() => aggregator.stop());
  const node = await startGateway({
    config,
    environment: { ...environment, journalDir: journalDirectory(config, environment, options) },
    store,
    clock,
    metrics,
    logger,
  });
  endings.push(() => node.stop());
  const onLoaded = (loaded: Config): void => {
    inForce = loaded;
    node.reload(loaded);
  };
  endings.push(watch(node, { ...options, source, onLoaded }));

  const { peppers } = environment;
  const path = join(options.stateDirectory, 'demo-key');
  const key = await untilAnswered(() => provideDemoKey({ config, peppers, path, store, clock }), clock);
  options.say(
    banner({
      ...node,
      key,
      keyNote: `tenant demo, kept in ${path}`,
      model: exampleModel(config),
      state: state.description,
      providers: providers.description,
    }),
  );
  return { publicPort: node.publicPort, operatorPort: node.operatorPort, key };
}

/** A store that is gone at exit needs no journal: what it owed would be owed to nobody. */
function journalDirectory(
  { redis }: Config,
  { journalDir }: Environment,
  { stateDirectory }: StandaloneOptions,
): string | undefined {
  return redis.connection.kind === 'none' ? undefined : (journalDir ?? join(stateDirectory, 'journal'));
}

type WatchParts = Pick<StandaloneOptions, 'clock' | 'say'> & {
  readonly source: ConfigSource;
  readonly onLoaded: (config: Config) => void;
};

/** Takes up a changed config.yaml; returns what ends that. */
function watch(node: GatewayNode, { clock, say, source, onLoaded }: WatchParts): () => void {
  const { stop } = watchConfig({
    ...source,
    clock,
    signalSource: process,
    onChange: (changed) => {
      onLoaded(changed);
      node.configRefused(false);
      say(`${source.path} was loaded again`);
    },
    onRefused: (error) => {
      node.configRefused(true);
      say(`${error.message}\nThe configuration from before stays in force.`);
    },
  });
  return stop;
}
