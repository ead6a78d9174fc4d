import type { Clock, Target } from '@tollgate/core';
import { targetName } from './attempt-record.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { RetryBudget } from './retry-budget.ts';
import type { UpstreamFact } from './upstream-fact.ts';

/** A Retry-After is the provider's guess; asking again every five minutes costs little. */
export const maxCoolMs = 5 * 60_000;

/**
 * Callers name the models behind a wildcard, so the targets have no natural bound. The least lately
 * used is forgotten, and starts anew with a clean record.
 */
const maxTargets = 4_096;

export interface TargetHealthPorts {
  readonly clock: Clock;
  readonly observe: (fact: UpstreamFact) => void;
}

/** What this node has learned of one target. */
export class TargetHealth {
  readonly target: Target;
  readonly breaker: CircuitBreaker;
  readonly retryBudget: RetryBudget;
  readonly #clock: Clock;
  #coolUntilMs = 0;

  constructor(target: Target, { clock, observe }: TargetHealthPorts) {
    this.target = target;
    this.#clock = clock;
    this.retryBudget = new RetryBudget(clock);
    this.breaker = new CircuitBreaker({
      clock,
      onOpened: () => observe({ kind: 'breaker_opened', target }),
      onClosed: () => observe({ kind: 'breaker_closed', target }),
    });
  }

  /** The target asked to be left alone for so long. */
  cool(forMs: number): void {
    this.#coolUntilMs = Math.max(this.#coolUntilMs, this.#clock.monotonicMs() + Math.min(forMs, maxCoolMs));
  }

  /** Zero: not cooling. */
  get coolForMs(): number {
    return this.#coolUntilMs === 0 ? 0 : Math.max(0, this.#coolUntilMs - this.#clock.monotonicMs());
  }
}

/** The health of every target met lately. */
export class TargetHealthRegistry {
  readonly #ports: TargetHealthPorts;
  readonly #byName = new Map<string, TargetHealth>();
  /** The one asked for last, which is in its place already. */
  #latest: TargetHealth | undefined;

  constructor(ports: TargetHealthPorts) {
    this.#ports = ports;
  }

  of(target: Target): TargetHealth {
    // A call asks for its target several times in a row.
    if (this.#latest !== undefined && isSame(this.#latest.target, target)) return this.#latest;
    const name = targetName(target);
    const known = this.#byName.get(name);
    const health = known ?? new TargetHealth(target, this.#ports);
    // Put back at the end: a Map's order is then that of last use.
    if (known !== undefined) this.#byName.delete(name);
    this.#byName.set(name, health);
    if (this.#byName.size > maxTargets) this.#forgetLeastLatelyUsed();
    this.#latest = health;
    return health;
  }

  /** Targets whose breaker is open, or half open and not yet proven well. */
  openBreakers(): readonly Target[] {
    return [...this.#byName.values()].filter((health) => !health.breaker.isClosed).map((health) => health.target);
  }

  forgetProvidersExcept(providers: ReadonlyMap<string, unknown>): void {
    for (const health of this.#byName.values()) if (!providers.has(health.target.provider)) this.#forget(health);
  }

  #forgetLeastLatelyUsed(): void {
    for (const health of this.#byName.values()) return this.#forget(health);
  }

  /** Whoever was told that the breaker opened would otherwise wait for its closing for good. */
  #forget({ target, breaker }: TargetHealth): void {
    this.#byName.delete(targetName(target));
    if (this.#latest?.target === target) this.#latest = undefined;
    if (!breaker.isClosed) this.#ports.observe({ kind: 'breaker_closed', target });
  }
}

const isSame = (one: Target, other: Target): boolean =>
  one === other || (one.provider === other.provider && one.providerModel === other.providerModel);
