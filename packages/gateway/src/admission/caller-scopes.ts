import { GatewayError, budgetsInForce, type AdmitScope, type Caller, type Limits, type Tier } from '@tollgate/core';

export interface ScopeRules {
  readonly tiers: ReadonlyMap<string, Tier>;
  readonly timeZone: string;
}

/** Key and tenant of a caller with the limits and budgets in force: the tier's, with the record's own over them. */
export function callerScopes(caller: Caller, rules: ScopeRules, nowMs: number): readonly AdmitScope[] {
  const keyTier = tierOf(caller.key.tier, rules);
  const tenantTier = tierOf(caller.tenant.tier, rules);
  return [
    {
      kind: 'key',
      id: caller.key.scopeId,
      limits: overlay(keyTier.limits, caller.key.limits),
      budgets: budgetsInForce(caller.key.budgets, keyTier, { timeZone: rules.timeZone, nowMs }),
    },
    {
      kind: 'tenant',
      id: caller.tenant.name,
      limits: overlay(tenantTier.limits, caller.tenant.limits),
      budgets: budgetsInForce(caller.tenant.budgets, tenantTier, { timeZone: rules.timeZone, nowMs }),
    },
  ];
}

export function tierOf(name: string, rules: Pick<ScopeRules, 'tiers'>): Tier {
  const tier = rules.tiers.get(name);
  if (tier !== undefined) return tier;
  throw new GatewayError('tier_not_configured', {
    message: `The tier \`${name}\` of this key is not configured. Ask the operator of this gateway to add it or to change the key's tier.`,
  });
}

const overlay = (limits: Limits, over: Partial<Limits>): Limits => ({
  requestsPerMinute: over.requestsPerMinute ?? limits.requestsPerMinute,
  tokensPerMinute: over.tokensPerMinute ?? limits.tokensPerMinute,
  concurrency: over.concurrency ?? limits.concurrency,
});
