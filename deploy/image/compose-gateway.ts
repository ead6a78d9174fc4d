/** A gateway node of docker-compose.yml: while no provider of config.yaml has a key, the simulator answers. */
import { baseUrlsAt } from '../../packages/provider-simulator/src/providers/base-paths.ts';
import { atSimulator, hasUsableProvider } from '../../packages/standalone/src/simulated-providers.ts';

const variables = process.env;
const configPath = variables['TOLLGATE_CONFIG'] ?? 'config.yaml';
const simulatorUrl = variables['TOLLGATE_SIMULATOR_URL'];

if (simulatorUrl !== undefined && !hasUsableProvider({ variables, configPath })) {
  console.log(`no provider has a key: the simulator at ${simulatorUrl} answers`);
  Object.assign(process.env, atSimulator(variables, baseUrlsAt(simulatorUrl)));
}
// Only now: it reads the environment when it is loaded.
await import('../../packages/gateway/src/main.ts');
