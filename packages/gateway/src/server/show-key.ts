import {
  formatUsd,
  type AdmissionStore,
  type BudgetStanding,
  type Caller,
  type Clock,
  type ScopeStanding,
  type WindowStanding,
} from '@tollgate/core';
import type { ScopeCache } from '../admission/scope-cache.ts';
import { answerHeaders } from '../http/answer-headers.ts';
import { authenticateFresh, type AuthenticationParts } from '../pipeline/authenticate.ts';
import type { Ending } from '../pipeline/ending.ts';
import { logRequest, type LoggingParts } from '../pipeline/log-request.ts';
import { refuse } from '../pipeline/refuse.ts';
import type { Arrived, Stage } from '../pipeline/stages.ts';

export interface KeyPageParts extends AuthenticationParts, LoggingParts {
  readonly admission: AdmissionStore;
  readonly scopes: ScopeCache;
  readonly clock: Clock;
}

/** `GET /v1/key`: a caller's own limits, what is left of them and when they renew. Uses nothing of them up. */
export async function showKey(arrived: Arrived, parts: KeyPageParts): Promise<void> {
  let stage: Stage = arrived;
  let ending: Ending;
  try {
    const { caller } = (stage = await authenticateFresh(arrived, parts));
    const standings = await parts.admission.standings(caller.tenant.shard, parts.scopes.scopes(caller));
    const body = Buffer.from(`${JSON.stringify(keyPage(caller, standings))}\n`);
    arrived.response.writeHead(200, {
      ...headersFor(arrived, standings, parts.clock),
      'content-type': 'application/json',
      'content-length': body.length,
      'cache-control': 'no-store',
    });
    arrived.response.end(body);
    ending = { ...nothingCalled, status: 200, error: undefined };
  } catch (thrown) {
    ending = refuse(stage, thrown, { headers: headersFor(arrived, [], parts.clock), clock: parts.clock });
  }
  logRequest(stage, { ending, charge: undefined }, parts);
}

const nothingCalled = { outcome: undefined, attempts: [], target: undefined, firstByteMs: undefined, upstreamMs: 0 };

const headersFor = (
  { endpoint, requestId }: Arrived,
  standings: readonly ScopeStanding[],
  clock: Clock,
): Record<string, string> =>
  answerHeaders({
    endpoint,
    requestId,
    nowMs: clock.nowMs(),
    standings,
    target: undefined,
    attempts: 0,
    closing: false,
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
