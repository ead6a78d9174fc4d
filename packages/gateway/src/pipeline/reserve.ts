import {
  GatewayError,
  type AdmissionStore,
  type AdmitDecision,
  type AdmitRequest,
  type Clock,
  type Tier,
} from '@tollgate/core';
import type { CallerDirectory } from '../admission/caller-directory.ts';
import type { LeaseKeeper } from '../admission/lease-keeper.ts';
import { planMoney, type MoneyPlan, type MoneyRules } from '../admission/plan-money.ts';
import { RefusalError } from '../admission/refusal-error.ts';
import type { ScopeCache } from '../admission/scope-cache.ts';
import { expiredKey, invalidKey } from './authenticate.ts';
import { assertModelAllowed } from './choose-route.ts';
import type { Reserved, Routed } from './stages.ts';

export interface ReservingParts {
  readonly admission: AdmissionStore;
  readonly directory: CallerDirectory;
  readonly scopes: ScopeCache;
  readonly leases: LeaseKeeper;
  readonly clock: Clock;
  readonly money: MoneyRules;
  readonly tiers: ReadonlyMap<string, Tier>;
  /** `failed`: the store could not decide. */
  readonly onDecision: (decision: AdmitDecision | 'failed', tookMs: number) => void;
}

/** Key or tenant may change again between the answer and the next try; beyond that something is wrong. */
const maxTries = 3;

/** Step 4: call to reservation. The one round trip that a request waits for; all limits of key and tenant, or none. */
export async function reserve(routed: Routed, parts: ReservingParts): Promise<Reserved> {
  let current = routed;
  for (let tries = 1; tries <= maxTries; tries += 1) {
    const { request, plan } = prepare(current, parts);
    const startedMs = parts.clock.monotonicMs();
    let decision: AdmitDecision;
    try {
      decision = await parts.admission.admit(request);
    } catch (error) {
      parts.onDecision('failed', parts.clock.monotonicMs() - startedMs);
      throw error;
    }
    parts.onDecision(decision, parts.clock.monotonicMs() - startedMs);
    switch (decision.kind) {
      case 'admitted': {
        const { reservation, standings } = decision;
        parts.leases.keep(reservation, current.ended);
        return {
          ...current,
          route: { ...current.route, targets: plan.targets },
          scopes: request.scopes,
          reservation,
          standings,
          outputCapTokens: decision.outputCapTokens ?? plan.outputCost?.capTokens,
          extent: plan.extent,
          likelyNanoUsd: plan.expectedNanoUsd,
        };
      }
      case 'refused':
        throw new RefusalError(decision.refusal, decision.standings, plan.unbounded);
      case 'rejected':
        parts.directory.forget(current.key);
        throw decision.reason === 'expired' ? expiredKey() : invalidKey();
      case 'stale':
        parts.directory.replace(current.key, decision.caller);
        assertModelAllowed(decision.caller, current.call.model, parts.tiers);
        current = { ...current, caller: decision.caller };
    }
  }
  throw new GatewayError('store_unavailable', { message: 'The key keeps changing. Try again.', retryAfterMs: 1000 });
}

function prepare(
  { requestId, endpoint, caller, call, route, tags, arrivedAtMs }: Routed,
  parts: ReservingParts,
): { request: AdmitRequest; plan: MoneyPlan } {
  const scopes = parts.scopes.scopes(caller);
  const plan = planMoney({ call, route, scopes }, parts.money);
  return {
    plan,
    request: {
      reservationId: requestId,
      caller,
      scopes,
      estimatedTokens: parts.money.estimator.estimate(route.label, call),
      boundNanoUsd: plan.boundNanoUsd,
      outputCost: plan.outputCost,
      expectedNanoUsd: plan.expectedNanoUsd,
      leaseMs: parts.leases.leaseMs,
      draft: {
        endpoint,
        model: call.model,
        stream: call.stream,
        tags,
        started_at_ms: Math.round(arrivedAtMs),
      },
    },
  };
}
