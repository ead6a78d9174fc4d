import type { Pepper, Secret } from '@tollgate/core';
import { ConfigError, type Problem } from '../problem.ts';
import { redisMissing } from '../require-redis.ts';
import {
  parseCommit,
  parsePath,
  parsePeppers,
  parsePort,
  parseRedisUrl,
  parseToken,
  parseWebAddress,
  parseWorkers,
  type Parsed,
} from './parse-variables.ts';
import { readVariable, textOf, type Variables } from './read-variable.ts';

/** What the environment says beside config.yaml. Frozen. */
export interface Environment {
  /** 0 picks a free one. */
  readonly port: number;
  readonly operatorPort: number;
  readonly redisUrl: Secret | undefined;
  readonly configPath: string;
  /** The first mints. Empty where none are set. */
  readonly peppers: readonly Pepper[];
  readonly adminToken: Secret | undefined;
  readonly adminUrl: string;
  readonly journalDir: string | undefined;
  /** Processes that serve the public port. */
  readonly workers: number;
  /** Of the sources that an image was built from. */
  readonly commit: string | undefined;
}

const missingMessages = {
  REDIS_URL: redisMissing,
  TOLLGATE_KEY_PEPPERS: 'is not set: make one with `openssl rand -hex 32` and write it as `v1:<that>`',
  TOLLGATE_ADMIN_TOKEN: 'is not set: make one with `openssl rand -hex 32`',
  TOLLGATE_JOURNAL_DIR: 'is not set: name a directory that outlives the process, for settlements that wait',
} as const;

export interface EnvironmentOptions {
  /** Ports where PORT and TOLLGATE_OPERATOR_PORT are not set; a gateway node's unless said otherwise. */
  readonly port?: number;
  readonly operatorPort?: number;
  /** Without these the process does not start. */
  readonly required?: readonly (keyof typeof missingMessages)[];
}

/**
 * Reads every variable, each also as `…_FILE`. An empty one counts as unset.
 * Throws a ConfigError that lists every problem, and never a value.
 */
export function readEnvironment(variables: Variables, options: EnvironmentOptions = {}): Environment {
  const reading: Reading = { variables, problems: [] };
  const environment: Environment = {
    port: parse('PORT', parsePort, reading) ?? options.port ?? 8080,
    operatorPort: parse('TOLLGATE_OPERATOR_PORT', parsePort, reading) ?? options.operatorPort ?? 8081,
    redisUrl: parse('REDIS_URL', parseRedisUrl, reading),
    configPath: parse('TOLLGATE_CONFIG', parsePath, reading) ?? 'config.yaml',
    peppers: parse('TOLLGATE_KEY_PEPPERS', parsePeppers, reading) ?? [],
    adminToken: parse('TOLLGATE_ADMIN_TOKEN', parseToken, reading),
    adminUrl: parse('TOLLGATE_ADMIN_URL', parseWebAddress, reading) ?? 'http://127.0.0.1:8081',
    journalDir: parse('TOLLGATE_JOURNAL_DIR', parsePath, reading),
    workers: parse('TOLLGATE_WORKERS', parseWorkers, reading) ?? 1,
    commit: parse('TOLLGATE_COMMIT', parseCommit, reading),
  };
  for (const name of options.required ?? []) {
    if (textOf(variables, name) === undefined) tell(reading, name, missingMessages[name]);
  }
  if (reading.problems.length > 0) throw new ConfigError('environment', reading.problems);
  return Object.freeze(environment);
}

interface Reading {
  readonly variables: Variables;
  readonly problems: Problem[];
}

const tell = ({ problems }: Reading, path: string, message: string): void => {
  if (!problems.some((problem) => problem.path === path)) problems.push({ path, line: undefined, message });
};

function parse<Value>(name: string, parser: (text: string) => Parsed<Value>, reading: Reading): Value | undefined {
  const variable = readVariable(reading.variables, name);
  if (variable.kind === 'unreadable') tell(reading, name, variable.message);
  if (variable.kind !== 'set' || variable.text === '') return undefined;
  const parsed = parser(variable.text);
  if ('value' in parsed) return parsed.value;
  tell(reading, name, parsed.fault);
  return undefined;
}
