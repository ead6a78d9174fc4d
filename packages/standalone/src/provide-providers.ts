import { loadConfig, type Variables } from '@tollgate/config';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { nothingToStop, type Provided } from './provided.ts';

/** Keys and addresses of providers, as config.yaml names them. */
const simulated = [
  { key: 'OPENROUTER_API_KEY', address: 'TOLLGATE_OPENROUTER_URL', provider: 'openrouter' },
  { key: 'OPENAI_API_KEY', address: 'TOLLGATE_OPENAI_URL', provider: 'openai' },
  { key: 'ANTHROPIC_API_KEY', address: 'TOLLGATE_ANTHROPIC_URL', provider: 'anthropic' },
] as const;

const keyNames = simulated.map(({ key }) => key).join(', ');

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

export const hasUsableProvider = ({ variables, configPath }: { variables: Variables; configPath: string }): boolean =>
  [...loadConfig({ path: configPath, environment: variables }).providers.values()].some(({ usable }) => usable);

/** The variables with which every provider of config.yaml is a simulator. */
export const atSimulator = (variables: Variables, baseUrls: ProviderSimulator['baseUrls']): Variables => ({
  ...variables,
  ...Object.fromEntries(
    simulated.flatMap(({ key, address, provider }) => [
      [key, 'simulated'],
      [address, baseUrls[provider]],
    ]),
  ),
});
