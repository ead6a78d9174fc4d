import {
  budgetsInForce,
  type AdmissionStore,
  type AdmitScope,
  type Budget,
  type BudgetStanding,
  type KeyRecord,
  type Tenant,
} from '@tollgate/core';
import type { AlertRules } from './alert-rules.ts';
import type { PassedThreshold } from './describe-alert.ts';

/** Scopes of one look: each is one step of the store. */
const scopesAtOnce = 50;

export interface ThresholdSearch {
  readonly admission: Pick<AdmissionStore, 'standings'>;
  readonly rules: Pick<AlertRules, 'tiers' | 'budgets'>;
  readonly nowMs: number;
}

/** A threshold that is passed, and whether a higher one of the same budget is too. */
export interface FoundThreshold extends PassedThreshold {
  readonly highest: boolean;
}

/** Every threshold that is passed now, of the tenant and of these of its keys. */
export async function findThresholds(
  tenant: Tenant,
  keys: readonly KeyRecord[],
  search: ThresholdSearch,
): Promise<readonly FoundThreshold[]> {
  const owners = [ownerOf(tenant, undefined, search), ...inUse(keys).map((key) => ownerOf(tenant, key, search))].filter(
    ({ scope }) => scope.budgets.length > 0,
  );
  const found: FoundThreshold[] = [];
  for (let at = 0; at < owners.length; at += scopesAtOnce) {
    const part = owners.slice(at, at + scopesAtOnce);
    const standings = await search.admission.standings(
      tenant.shard,
      part.map(({ scope }) => scope),
    );
    for (const [index, { key }] of part.entries()) {
      for (const budget of standings[index]?.budgets ?? []) {
        const passed = passedShares(budget, search.rules.budgets.alertAt);
        found.push(
          ...passed.map((share) => ({ tenant: tenant.name, key, budget, share, highest: share === passed.at(-1) })),
        );
      }
    }
  }
  return found;
}

interface Owner {
  readonly key: PassedThreshold['key'];
  readonly scope: AdmitScope;
}

const noLimits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrency: undefined };

function ownerOf(tenant: Tenant, key: KeyRecord | undefined, { rules, nowMs }: ThresholdSearch): Owner {
  const budgetsOf = ({ budgets, tier }: { readonly budgets: readonly Budget[]; readonly tier: string }) =>
    budgetsInForce(budgets, rules.tiers.get(tier) ?? { budgets: [] }, { timeZone: rules.budgets.timeZone, nowMs });
  return key === undefined
    ? { key: undefined, scope: { kind: 'tenant', id: tenant.name, limits: noLimits, budgets: budgetsOf(tenant) } }
    : {
        key: { id: key.scopeId, name: key.name },
        scope: { kind: 'key', id: key.scopeId, limits: noLimits, budgets: budgetsOf(key) },
      };
}

/** Of a rotated key and its successor, which spend as one, the successor. */
function inUse(keys: readonly KeyRecord[]): readonly KeyRecord[] {
  const active = keys.filter(({ status }) => status === 'active').toSorted((a, b) => a.createdAtMs - b.createdAtMs);
  return [...new Map(active.map((key) => [key.scopeId, key])).values()];
}

/** Ascending. */
const passedShares = ({ capNanoUsd, spentNanoUsd }: BudgetStanding, shares: readonly number[]): readonly number[] =>
  shares.filter((share) => spentNanoUsd * millionths >= capNanoUsd * BigInt(Math.round(share * Number(millionths))));

const millionths = 1_000_000n;
