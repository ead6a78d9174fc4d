import type { Variables } from '@tollgate/config';
import { startProviderSimulator } from '@tollgate/provider-simulator';
import { nothingToStop, type Provided } from './provided.ts';
import { atSimulator, hasUsableProvider, keyNames } from './simulated-providers.ts';

/** The providers that are configured or, where none has a key, the simulator in their place. */
export async function provideProviders(options: {
  readonly variables: Variables;
  readonly configPath: string;
}): Promise<Provided> {
  if (hasUsableProvider(options)) {
    return { variables: options.variables, description: 'those of config.yaml that have a key', stop: nothingToStop };
  }
  const simulator = await startProviderSimulator({ port: 0 });
  const provided = {
    variables: atSimulator(options.variables, simulator.baseUrls),
    description: `the simulator answers, since no provider has a key (set one of ${keyNames})`,
    stop: () => simulator.stop(),
  };
  if (hasUsableProvider({ ...options, variables: provided.variables })) return provided;
  await provided.stop();
  throw new Error(`${options.configPath} has no provider with a key, and none that reads one of ${keyNames}`);
}
