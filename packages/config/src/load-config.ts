import { checkConfig, type ConfigSource } from './check-config.ts';
import type { Config } from './config.ts';
import { ConfigError } from './problem.ts';

/** The whole configuration; throws a ConfigError that lists every problem. */
export function loadConfig(source: ConfigSource): Config {
  const { config, problems } = checkConfig(source);
  if (config === undefined) throw new ConfigError(source.path, problems);
  return config;
}
