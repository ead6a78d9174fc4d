import {
  formatUsd,
  type AdmissionStore,
  type BudgetStanding,
  type Caller,
  type ScopeStanding,
  type WindowStanding,
} from '@tollgate/core';
import type { ScopeCache } from '../admission/scope-cache.ts';
import type { Arrived } from '../pipeline/stages.ts';
import { showPage, type PageParts } from './show-page.ts';

export interface KeyPageParts extends PageParts {
  readonly admission: AdmissionStore;
  readonly scopes: ScopeCache;
}

/** `GET /v1/key`: a caller's own limits, what is left of them and when they renew. */
export const showKey = (arrived: Arrived, parts: KeyPageParts): Promise<void> =>
  showPage(arrived, parts, async (caller) => {
    const standings = await parts.admission.standings(caller.tenant.shard, parts.scopes.scopes(caller));
    return { body: keyPage(caller, standings), standings };
  });

const keyPage = ({ key, tenant }: Caller, standings: readonly ScopeStanding[]): object => ({
  id: key.keyId,
  name: key.name,
  tenant: tenant.name,
  tier: key.tier,
  models: key.models ?? null,
  expires_at: key.expiresAtMs === undefined ? null : new Date(key.expiresAtMs).toISOString(),
  limits: standings.map((standing) => ({
    scope: standing.kind,
    requests_per_minute: windowPage(standing.requests),
    tokens_per_minute: windowPage(standing.tokens),
    concurrency: standing.concurrency ?? null,
    budgets: standing.budgets.map(budgetPage),
  })),
});

const windowPage = (window: WindowStanding | undefined): object | null =>
  window === undefined
    ? null
    : { limit: window.limit, remaining: window.remaining, resets_in_seconds: Math.ceil(window.resetMs / 1000) };

const budgetPage = (budget: BudgetStanding): object => ({
  period: budget.periodId,
  hard: budget.hard,
  limit_usd: formatUsd(budget.capNanoUsd),
  spent_usd: formatUsd(budget.spentNanoUsd),
  held_usd: formatUsd(budget.reservedNanoUsd),
  renews_at: budget.endsAtMs === undefined ? null : new Date(budget.endsAtMs).toISOString(),
});
