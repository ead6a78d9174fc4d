export { checkConfig, type CheckedConfig, type ConfigSource } from './check-config.ts';
export type * from './config.ts';
export { readEnvironment, type Environment, type EnvironmentOptions } from './environment/read-environment.ts';
export type { Variables } from './environment/read-variable.ts';
export { loadConfig } from './load-config.ts';
export { ConfigError, formatProblem, type Problem } from './problem.ts';
export { resolveRoute } from './resolve-route.ts';
export { watchConfig, type ConfigWatch, type WatchOptions } from './watch-config.ts';
export { requireRedis } from './require-redis.ts';
