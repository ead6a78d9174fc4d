import {
  checkConfig,
  ConfigError,
  readEnvironment,
  type Config,
  type Environment,
  type Variables,
} from '@tollgate/config';
import { readServerInfo } from '@tollgate/store';
import { createHttpClient } from '../client/http-client.ts';
import type { Command } from '../command.ts';
import { askAdminApi } from '../doctor/ask-admin-api.ts';
import { examineConfig } from '../doctor/examine-config.ts';
import { examineServer } from '../doctor/examine-server.ts';
import { examineSecrets } from '../doctor/examine-secrets.ts';
import { fail, ok, warn, type Finding } from '../doctor/finding.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Look at all that a gateway needs, and say what to do about each.',
  positionals: [],
  flags: [],
  run: async ({ variables }) => {
    const findings = await examine(variables);
    return {
      json: { checks: findings },
      text: findings.map(describeFinding).join('\n'),
      exitCode: findings.some(({ status }) => status === 'fail') ? 1 : 0,
    };
  },
};

async function examine(variables: Variables): Promise<readonly Finding[]> {
  const environment = tryReadEnvironment(variables);
  if ('status' in environment) return [environment];
  const path = environment.configPath;
  const checked = checkConfig({ path, environment: variables });
  return [
    ok('environment', 'every variable can be read'),
    ...examineConfig(path, checked),
    ...examineSecrets(environment),
    ...(checked.config === undefined ? [] : await examineRedis(checked.config.redis)),
    ...(await examineAdminApi(environment)),
  ];
}

function tryReadEnvironment(variables: Variables): Environment | Finding {
  try {
    return readEnvironment(variables);
  } catch (error) {
    if (error instanceof ConfigError) return fail('environment', error.message, 'change or unset the variable');
    throw error;
  }
}

const redisTimeoutMs = 3000;

const examineRedis = async ({ connection, ...settings }: Config['redis']): Promise<readonly Finding[]> =>
  connection.kind === 'none'
    ? [warn('redis', 'REDIS_URL is not set', 'set it: only `npm start` goes without')]
    : examineServer(() => readServerInfo({ ...settings, connection, timeoutMs: redisTimeoutMs }));

/** Without a token there is nothing to ask with, and its own check says so. */
const examineAdminApi = async ({ adminToken, adminUrl, redisUrl }: Environment): Promise<readonly Finding[]> =>
  adminToken === undefined
    ? []
    : [
        await askAdminApi(createHttpClient({ url: adminUrl, token: adminToken }), {
          url: adminUrl,
          needed: redisUrl === undefined,
        }),
      ];

const describeFinding = ({ status, check, detail, advice }: Finding): string =>
  `${status.padEnd(4)}  ${check}: ${detail}${advice === null ? '' : `\n      → ${advice}`}`;
