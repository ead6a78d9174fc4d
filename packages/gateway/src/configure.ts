import type { BlockList } from 'node:net';
import type { Clock, Protocol, Route, Target, Tier } from '@tollgate/core';
import { pricesOf, resolveRoute, type Config } from '@tollgate/config';
import { createProviders, type PooledProvider } from '@tollgate/providers';
import type { UpstreamSettings } from '@tollgate/upstream';
import type { ScopeRules } from './admission/caller-scopes.ts';
import type { BoundRules } from './admission/cost-bound.ts';
import type { ChargeRules } from './admission/charge-attempts.ts';
import { trustedProxies } from './http/peer-address.ts';
import type { BodyLimits } from './http/read-body.ts';
import type { TagRules } from './http/tags.ts';

/** All that follows from one config.yaml. Made whole at start and at each reload, and then replaced whole. */
export interface Configured {
  readonly config: Config;
  readonly proxies: BlockList;
  readonly scopeRules: ScopeRules;
  readonly tiers: ReadonlyMap<string, Tier>;
  readonly tagRules: TagRules;
  readonly bodyLimits: BodyLimits;
  readonly bounds: BoundRules;
  readonly charges: ChargeRules;
  readonly providers: ReadonlyMap<string, PooledProvider>;
  readonly upstream: UpstreamSettings;
  readonly resolveRoute: (model: string) => Route | undefined;
  /** By the names that stand in config.yaml; those without a usable target are left out. */
  readonly namedRoutes: ReadonlyMap<string, Route>;
  readonly serves: (target: Target, protocol: Protocol) => boolean;
  readonly drains: (provider: string) => boolean;
  /** The target's model for metrics: names that stand in config.yaml, else `other`. */
  readonly modelLabel: (target: Target) => string;
}

export function configure(config: Config, clock: Clock): Configured {
  const prices = pricesOf(config);
  const usable = [...config.providers.values()].filter((provider) => provider.usable);
  const providers = createProviders(usable, { clock });
  const named = new Set([...config.routes.exact.values()].flatMap((route) => route.targets.map(targetKey)));
  return {
    config,
    proxies: trustedProxies(config.server.trustedProxies),
    scopeRules: { tiers: config.tiers, timeZone: config.budgets.timeZone },
    tiers: config.tiers,
    tagRules: { allowed: config.tags.allowed },
    bodyLimits: { maxBytes: config.server.maxBodyBytes, timeoutMs: config.server.bodyTimeoutMs },
    bounds: { prices, chargesForFiles: (provider) => config.providers.get(provider)?.type === 'openrouter' },
    charges: { prices, chargeBy: (provider) => config.providers.get(provider)?.charge ?? 'computed' },
    providers,
    upstream: {
      ...config.routing,
      providers,
      credentials: new Map(usable.map(({ name, credentials }) => [name, credentials])),
      contextWindowTokens: (target) => prices.price(target.provider, target.providerModel)?.contextWindowTokens,
    },
    resolveRoute: (model) => resolveRoute(config, model),
    namedRoutes: new Map([...config.routes.exact].filter(([, { targets }]) => targets.length > 0)),
    serves: ({ provider }, protocol) => providers.get(provider)?.serves(protocol) ?? false,
    drains: (provider) => config.providers.get(provider)?.onDisconnect === 'drain',
    modelLabel: (target) => (named.has(targetKey(target)) ? target.providerModel : 'other'),
  };
}

/** Lets calls under way keep their connections, and closes each as it falls idle. */
export async function closeProviders({ providers }: Configured): Promise<void> {
  await Promise.all([...providers.values()].map((provider) => provider.close()));
}

const targetKey = ({ provider, providerModel }: Target): string => `${provider}/${providerModel}`;
