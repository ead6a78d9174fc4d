import { loadConfig, readEnvironment, type Environment, type Variables } from '@tollgate/config';
import { systemClock } from '@tollgate/core';
import { CommandFailure } from '../failure.ts';
import type { AdminClient } from './admin-client.ts';
import { createHttpClient } from './http-client.ts';
import { createStoreClient } from './store-client.ts';

/** To the Redis of the gateway nodes where REDIS_URL is set, else to the admin API of one of them. */
export function connect(variables: Variables): AdminClient {
  const environment = readEnvironment(variables);
  if (environment.redisUrl === undefined) return connectToAdminApi(environment);
  const config = loadConfig({ path: environment.configPath, environment: variables });
  // A server that config.yaml names has precedence over REDIS_URL, for the nodes too.
  const { connection } = config.redis;
  if (connection.kind === 'none') return connectToAdminApi(environment);
  return createStoreClient({ config, connection, mintingPepper: environment.peppers[0], clock: systemClock });
}

function connectToAdminApi({ adminToken, adminUrl }: Environment): AdminClient {
  if (adminToken !== undefined) return createHttpClient({ url: adminUrl, token: adminToken });
  throw new CommandFailure(
    'there is neither a Redis nor an admin token: set REDIS_URL, or TOLLGATE_ADMIN_TOKEN for the admin API, ' +
      'or run this where `npm start` runs, which keeps its token under .tollgate/',
  );
}
