import type { AdmitScope, Caller, Clock } from '@tollgate/core';
import { callerScopes, type ScopeRules } from './caller-scopes.ts';

interface Cached {
  readonly rules: ScopeRules;
  readonly scopes: readonly AdmitScope[];
  readonly validUntilMs: number;
}

/**
 * Scopes by caller record. A caller is replaced whole whenever key or tenant change, and rules whenever
 * config does, so identity is all that has to be compared; only a budget's calendar turns by itself.
 */
export class ScopeCache {
  readonly #cached = new WeakMap<Caller, Cached>();
  readonly #rules: () => ScopeRules;
  readonly #clock: Clock;

  constructor(rules: () => ScopeRules, clock: Clock) {
    this.#rules = rules;
    this.#clock = clock;
  }

  scopes(caller: Caller): readonly AdmitScope[] {
    const rules = this.#rules();
    const cached = this.#cached.get(caller);
    const nowMs = this.#clock.nowMs();
    if (cached !== undefined && cached.rules === rules && nowMs < cached.validUntilMs) return cached.scopes;
    const scopes = callerScopes(caller, rules, nowMs);
    const ends = scopes.flatMap((scope) => scope.budgets.map((budget) => budget.current.endsAtMs ?? Infinity));
    this.#cached.set(caller, { rules, scopes, validUntilMs: Math.min(Infinity, ...ends) });
    return scopes;
  }
}
