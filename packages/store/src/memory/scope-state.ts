import type { AdmitBudget, AdmitScope, NanoUsd, ScopeStanding } from '@tollgate/core';
import type { CallMoney } from '../scripts/scopes.ts';
import { Ring } from './ring.ts';

export interface PeriodMoney {
  spent: NanoUsd;
  /** By hard budgets: the most that calls in flight can cost. */
  held: NanoUsd;
  /** By soft budgets: what calls in flight likely cost. */
  likely: NanoUsd;
  readonly endsAtMs: number | undefined;
}

/** All that is kept of a key's or tenant's use. */
export interface ScopeState {
  ring: Ring | undefined;
  /** Of the calls in flight. */
  readonly leases: { readonly size: number };
  spent: NanoUsd;
  readonly periods: Map<string, PeriodMoney>;
}

/** With deadlines in ms by reservation. */
export interface LeasedScopeState extends ScopeState {
  readonly leases: Map<string, number>;
}

/** A scope as one decision sees it. */
export interface LoadedScope {
  readonly scope: AdmitScope;
  readonly state: ScopeState;
  readonly ring: Ring;
  readonly nowMs: number;
  readonly budgets: readonly LoadedBudget[];
}

export interface LoadedBudget {
  readonly budget: AdmitBudget;
  readonly periodId: string;
  readonly endsAtMs: number | undefined;
  /** Undefined: what the call can cost has no bound. */
  readonly hold: NanoUsd | undefined;
  /** At the least output cap; undefined where the cap is not to be lowered. */
  readonly leastHold: NanoUsd | undefined;
}

export const newScopeState = <Leases extends ScopeState['leases']>(
  leases: Leases,
): ScopeState & { readonly leases: Leases } => ({ ring: undefined, leases, spent: 0n, periods: new Map() });

export function loadScope(
  state: ScopeState,
  scope: AdmitScope,
  call: { readonly nowMs: number } & CallMoney,
): LoadedScope {
  const { nowMs } = call;
  const budgets = scope.budgets.map((budget) => {
    const { current, next } = budget;
    const over = current.endsAtMs !== undefined && nowMs >= current.endsAtMs;
    const { id: periodId, endsAtMs } = over && next !== undefined ? next : current;
    return {
      budget,
      periodId,
      endsAtMs,
      hold: budget.hard ? call.boundNanoUsd : call.expectedNanoUsd,
      leastHold: undefined,
    };
  });
  return { scope, state, ring: Ring.open(state.ring, nowMs, scope.limits.tokensPerMinute), nowMs, budgets };
}

/** A slot is free once its call was settled, voided or reaped. */
export const callsInFlight = ({ state }: LoadedScope): number => state.leases.size;

export function tokensLeft({ scope, ring }: LoadedScope): number {
  const limit = scope.limits.tokensPerMinute ?? 0;
  return ring.debt > 0 ? 0 : Math.max(0, limit - ring.tokens);
}

export function standing(loaded: LoadedScope): ScopeStanding {
  const { scope, state, ring, nowMs, budgets } = loaded;
  const { requestsPerMinute, tokensPerMinute, concurrency } = scope.limits;
  return {
    kind: scope.kind,
    spentNanoUsd: state.spent,
    requests:
      requestsPerMinute === undefined
        ? undefined
        : {
            limit: requestsPerMinute,
            remaining: Math.max(0, requestsPerMinute - ring.requests),
            resetMs: ring.requestsResetMs(nowMs),
          },
    tokens:
      tokensPerMinute === undefined
        ? undefined
        : {
            limit: tokensPerMinute,
            remaining: tokensLeft(loaded),
            resetMs: ring.tokensResetMs(nowMs, tokensPerMinute),
          },
    concurrency:
      concurrency === undefined
        ? undefined
        : { limit: concurrency, remaining: Math.max(0, concurrency - callsInFlight(loaded)) },
    budgets: budgets.map(({ budget, periodId, endsAtMs }) => ({
      periodId,
      hard: budget.hard,
      capNanoUsd: budget.capNanoUsd,
      spentNanoUsd: state.periods.get(periodId)?.spent ?? 0n,
      reservedNanoUsd: state.periods.get(periodId)?.[budget.hard ? 'held' : 'likely'] ?? 0n,
      endsAtMs,
    })),
  };
}
