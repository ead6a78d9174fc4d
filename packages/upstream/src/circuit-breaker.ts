import type { BreakerPolicy, Clock } from '@tollgate/core';

/** Leave to attempt a target; given back with what came of it. */
export interface BreakerPermit {
  readonly isProbe: boolean;
}

/**
 * - `alive`: the target answered, be it with a refusal of this one request.
 * - `faulty`: the target is to blame.
 * - `unclear`: says nothing about the target (the caller left, the request was never sent).
 */
export type TargetVerdict = 'alive' | 'faulty' | 'unclear';

export interface CircuitBreakerPorts {
  readonly clock: Clock;
  readonly onOpened: () => void;
  readonly onClosed: () => void;
}

/** How long to tell a caller to wait while the one probe is out, whose end nobody knows. */
const probePatienceMs = 1_000;

/**
 * A target's breaker.
 * - Closed: everything passes. `failures` faults in a row within `windowMs` open it. In a row, because
 *   a count alone would take a busy target away for one fault in thousands.
 * - Open: nothing passes for `openMs`.
 * - Half open: exactly one attempt passes. It closes the breaker if the target is alive, opens it
 *   for another `openMs` if not, and gives its place to the next one if that stays unclear.
 */
export class CircuitBreaker {
  readonly #ports: CircuitBreakerPorts;
  #faultsAtMs: number[] = [];
  /** Undefined while closed. */
  #openUntilMs: number | undefined;
  #probe: BreakerPermit | undefined;

  constructor(ports: CircuitBreakerPorts) {
    this.#ports = ports;
  }

  get isClosed(): boolean {
    return this.#openUntilMs === undefined;
  }

  /** Zero: an attempt may pass now. */
  get availableInMs(): number {
    if (this.#openUntilMs === undefined) return 0;
    if (this.#probe !== undefined) return probePatienceMs;
    return Math.max(0, this.#openUntilMs - this.#ports.clock.monotonicMs());
  }

  tryEnter(): BreakerPermit | undefined {
    if (this.#openUntilMs === undefined) return { isProbe: false };
    if (this.availableInMs > 0) return undefined;
    this.#probe = { isProbe: true };
    return this.#probe;
  }

  report(permit: BreakerPermit, verdict: TargetVerdict, policy: BreakerPolicy): void {
    if (this.#probe === permit) this.#reportProbe(verdict, policy);
    else if (this.isClosed) this.#reportWhileClosed(verdict, policy);
  }

  #reportProbe(verdict: TargetVerdict, policy: BreakerPolicy): void {
    this.#probe = undefined;
    if (verdict === 'faulty') this.#openUntilMs = this.#ports.clock.monotonicMs() + policy.openMs;
    if (verdict !== 'alive') return;
    this.#openUntilMs = undefined;
    this.#ports.onClosed();
  }

  #reportWhileClosed(verdict: TargetVerdict, policy: BreakerPolicy): void {
    if (verdict === 'alive') this.#faultsAtMs = [];
    if (verdict !== 'faulty') return;
    const nowMs = this.#ports.clock.monotonicMs();
    this.#faultsAtMs = [...this.#faultsAtMs.filter((atMs) => nowMs - atMs < policy.windowMs), nowMs];
    if (this.#faultsAtMs.length < policy.failures) return;
    this.#faultsAtMs = [];
    this.#openUntilMs = nowMs + policy.openMs;
    this.#ports.onOpened();
  }
}
