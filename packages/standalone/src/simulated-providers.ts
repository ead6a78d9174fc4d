import { loadConfig, type Variables } from '@tollgate/config';
import type { ProviderSimulator } from '@tollgate/provider-simulator';

/** Keys and addresses of providers, as config.yaml names them. */
const simulated = [
  { key: 'OPENROUTER_API_KEY', address: 'TOLLGATE_OPENROUTER_URL', provider: 'openrouter' },
  { key: 'OPENAI_API_KEY', address: 'TOLLGATE_OPENAI_URL', provider: 'openai' },
  { key: 'ANTHROPIC_API_KEY', address: 'TOLLGATE_ANTHROPIC_URL', provider: 'anthropic' },
] as const;

export const keyNames = simulated.map(({ key }) => key).join(', ');

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
