import type { Clock } from '@tollgate/core';
import { createProvider, type PooledProvider } from './base/create-provider.ts';
import type { ProviderKind } from './base/provider-kind.ts';
import { providerKinds, type ProviderType } from './provider-kinds.ts';

export type { PooledProvider } from './base/create-provider.ts';

export type { ProviderType } from './provider-kinds.ts';

export interface ProviderSpec {
  readonly name: string;
  readonly type: ProviderType;
  /** Undefined: the type's own address; azure and openai-compatible have none. */
  readonly baseUrl: string | undefined;
  /** Azure's API of that dated version in place of its v1 API. */
  readonly apiVersion?: string | undefined;
}

/** Where the vendors are. The adapter's path comes behind it. Undefined: wherever the operator says. */
const vendors: Readonly<Record<ProviderType, string | undefined>> = {
  openrouter: 'https://openrouter.ai/api/v1',
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com',
  gemini: 'https://generativelanguage.googleapis.com/v1beta',
  azure: undefined,
  'openai-compatible': undefined,
};

/** Their edges keep an idle connection for minutes. */
const vendorKeepAliveMs = 30_000;

/**
 * The providers by name, each with connections of its own until it is closed. Throws a RangeError
 * that names the provider whose address is missing or wrong.
 */
export function createProviders(
  specs: Iterable<ProviderSpec>,
  { clock }: { readonly clock: Clock },
): ReadonlyMap<string, PooledProvider> {
  const kinds = providerKinds({ clock });
  const kindOf = ({ type, apiVersion }: ProviderSpec): ProviderKind =>
    (apiVersion === undefined ? kinds : providerKinds({ clock, azureApiVersion: apiVersion }))[type];
  return new Map(Array.from(specs, (spec) => [spec.name, openProvider(spec, { kind: kindOf(spec), clock })]));
}

function openProvider(
  { name, type, baseUrl }: ProviderSpec,
  parts: { readonly kind: ProviderKind; readonly clock: Clock },
): PooledProvider {
  try {
    if (baseUrl !== undefined) return createProvider({ name, baseUrl, ...parts });
    const vendorUrl = vendors[type];
    if (vendorUrl === undefined) throw new RangeError(`a provider of type ${type} needs a base_url`);
    return createProvider({ name, baseUrl: vendorUrl, ...parts, limits: { keepAliveMs: vendorKeepAliveMs } });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`provider ${name}: ${error.message}`, { cause: error });
  }
}
