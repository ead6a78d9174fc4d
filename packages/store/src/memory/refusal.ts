import type { LimitName, Refusal, RefusalReason } from '@tollgate/core';
import { callsInFlight, tokensLeft, type LoadedBudget, type LoadedScope } from './scope-state.ts';

/** A passing refusal's wait where nothing tells when something comes back. */
const shortWaitMs = 1000;

const finality: Readonly<Record<RefusalReason, number>> = { rate: 1, held: 1, spent: 2, unbounded: 3, too_large: 4 };

/** The limit that binds: a final one over one that passes; of those, the one that takes longest; else the first. */
export function bindingRefusal(scopes: readonly LoadedScope[], tokens: number): Refusal | undefined {
  const refusals = scopes
    .flatMap((loaded) => [
      requestsRefusal(loaded),
      tokensRefusal(loaded, tokens),
      concurrencyRefusal(loaded),
      ...loaded.budgets.map((budget) => budgetRefusal(loaded, budget)),
    ])
    .filter((refusal) => refusal !== undefined);
  return refusals.reduce<Refusal | undefined>(
    (binding, refusal) => (binding === undefined || bindsOver(refusal, binding) ? refusal : binding),
    undefined,
  );
}

function bindsOver(a: Refusal, b: Refusal): boolean {
  if (finality[a.reason] !== finality[b.reason]) return finality[a.reason] > finality[b.reason];
  return (a.retryAfterMs ?? Infinity) > (b.retryAfterMs ?? Infinity);
}

const refusalOf = (
  { scope }: LoadedScope,
  facts: {
    readonly limit: LimitName;
    readonly reason: RefusalReason;
    readonly limitValue: number | bigint;
    readonly remaining: number | bigint;
    readonly retryAfterMs?: number | undefined;
  },
): Refusal => ({
  scope: scope.kind,
  limit: facts.limit,
  reason: facts.reason,
  limitValue: BigInt(facts.limitValue),
  remaining: facts.remaining > 0 ? BigInt(facts.remaining) : 0n,
  retryAfterMs: facts.retryAfterMs,
});

function requestsRefusal(loaded: LoadedScope): Refusal | undefined {
  const { scope, ring, nowMs } = loaded;
  const limitValue = scope.limits.requestsPerMinute;
  if (limitValue === undefined || ring.requests + 1 <= limitValue) return undefined;
  const facts = { limit: 'requests_per_minute', limitValue, remaining: limitValue - ring.requests } as const;
  if (limitValue < 1) return refusalOf(loaded, { ...facts, reason: 'too_large' });
  return refusalOf(loaded, { ...facts, reason: 'rate', retryAfterMs: ring.requestsWaitMs(nowMs, limitValue) });
}

function tokensRefusal(loaded: LoadedScope, tokens: number): Refusal | undefined {
  const { scope, ring, nowMs } = loaded;
  const limitValue = scope.limits.tokensPerMinute;
  if (limitValue === undefined || (ring.debt === 0 && ring.tokens + tokens <= limitValue)) return undefined;
  const facts = { limit: 'tokens_per_minute', limitValue, remaining: tokensLeft(loaded) } as const;
  if (limitValue < 1 || tokens > limitValue) return refusalOf(loaded, { ...facts, reason: 'too_large' });
  return refusalOf(loaded, { ...facts, reason: 'rate', retryAfterMs: ring.tokensWaitMs(nowMs, limitValue, tokens) });
}

function concurrencyRefusal(loaded: LoadedScope): Refusal | undefined {
  const limitValue = loaded.scope.limits.concurrency;
  const live = callsInFlight(loaded);
  if (limitValue === undefined || live + 1 <= limitValue) return undefined;
  const facts = { limit: 'concurrency', limitValue, remaining: limitValue - live } as const;
  if (limitValue < 1) return refusalOf(loaded, { ...facts, reason: 'too_large' });
  return refusalOf(loaded, { ...facts, reason: 'rate', retryAfterMs: shortWaitMs });
}

function budgetRefusal(
  loaded: LoadedScope,
  { budget, periodId, endsAtMs, hold, leastHold }: LoadedBudget,
): Refusal | undefined {
  if (!budget.hard) return undefined;
  const { spent = 0n, held = 0n } = loaded.state.periods.get(periodId) ?? {};
  const limitValue = budget.capNanoUsd;
  const unspent = limitValue - spent;
  const facts = { limit: 'budget', limitValue, remaining: unspent - held } as const;
  if (hold === undefined) return refusalOf(loaded, { ...facts, reason: 'unbounded' });
  if (hold <= unspent - held) return undefined;
  if ((leastHold ?? hold) > limitValue) return refusalOf(loaded, { ...facts, reason: 'too_large' });
  if (hold <= unspent) return refusalOf(loaded, { ...facts, reason: 'held', retryAfterMs: shortWaitMs });
  const retryAfterMs = endsAtMs === undefined ? undefined : endsAtMs - loaded.nowMs;
  return refusalOf(loaded, { ...facts, reason: 'spent', remaining: unspent, retryAfterMs });
}
