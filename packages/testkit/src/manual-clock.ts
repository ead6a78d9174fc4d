import type { Clock } from '@tollgate/core';

interface ScheduledAction {
  readonly dueMs: number;
  readonly action: () => void;
}

const firstInstantMs = Date.UTC(2026, 10, 23);

/** A clock whose time moves only by `advance`, running what was scheduled in order of its time. */
export class ManualClock implements Clock {
  #elapsedMs = 0;
  #scheduled: ScheduledAction[] = [];

  nowMs(): number {
    return firstInstantMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  schedule(delayMs: number, action: () => void): () => void {
    const entry = { dueMs: this.#elapsedMs + Math.max(0, delayMs), action };
    const after = this.#scheduled.findIndex((other) => other.dueMs > entry.dueMs);
    this.#scheduled.splice(after === -1 ? this.#scheduled.length : after, 0, entry);
    return () => {
      this.#scheduled = this.#scheduled.filter((other) => other !== entry);
    };
  }

  /** How many actions wait; zero says that nothing was left behind. */
  get scheduledCount(): number {
    return this.#scheduled.length;
  }

  /** Moves time on. What comes due runs at its own time, and so does what that schedules. */
  advance(ms: number): void {
    const untilMs = this.#elapsedMs + ms;
    while (this.#runNext(untilMs));
    this.#elapsedMs = untilMs;
  }

  /** As `advance`, and lets promises settle before, between and after the actions. */
  async advanceSettling(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms;
    do {
      await settlePromises();
    } while (this.#runNext(untilMs));
    this.#elapsedMs = untilMs;
  }

  #runNext(untilMs: number): boolean {
    const next = this.#scheduled[0];
    if (next === undefined || next.dueMs > untilMs) return false;
    this.#scheduled.shift();
    this.#elapsedMs = next.dueMs;
    next.action();
    return true;
  }
}

const settlePromises = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
