import type { Clock } from '@tollgate/core';

const spanMs = 10_000;

/** Retries allowed whatever the share, so that the only call of a quiet hour can be retried too. */
export const retriesAlwaysAllowed = 10;

interface Span {
  readonly startedAtMs: number;
  firstAttempts: number;
  retries: number;
}

/**
 * Keeps retries of a target to a share of its first attempts, so that they cannot become the load
 * that holds a struggling provider down. Counted over the running span of 10 s and the one before.
 */
export class RetryBudget {
  readonly #clock: Clock;
  #current: Span;
  #previous: Span;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#current = emptySpan(clock.monotonicMs());
    this.#previous = emptySpan(clock.monotonicMs());
  }

  noteFirstAttempt(): void {
    this.#rotate();
    this.#current.firstAttempts += 1;
  }

  /** Takes one retry out of the budget, or says no. */
  tryTakeRetry(budgetPercent: number): boolean {
    this.#rotate();
    const firstAttempts = this.#current.firstAttempts + this.#previous.firstAttempts;
    const retries = this.#current.retries + this.#previous.retries;
    if (retries >= retriesAlwaysAllowed + (firstAttempts * budgetPercent) / 100) return false;
    this.#current.retries += 1;
    return true;
  }

  #rotate(): void {
    const nowMs = this.#clock.monotonicMs();
    const ageMs = nowMs - this.#current.startedAtMs;
    if (ageMs < spanMs) return;
    this.#previous = ageMs < 2 * spanMs ? this.#current : emptySpan(nowMs);
    this.#current = emptySpan(nowMs);
  }
}

const emptySpan = (startedAtMs: number): Span => ({ startedAtMs, firstAttempts: 0, retries: 0 });
