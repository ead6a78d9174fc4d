import type { Clock } from '@tollgate/core';
import type { CallSignal } from './upstream-options.ts';

/** One moment over all attempts of a call. */
export interface Deadline {
  /** By the clock's monotonic reading. */
  readonly atMs: number;
  /** Negative once it has passed. */
  remainingMs(): number;
}

export function createDeadline(clock: Clock, totalMs: number): Deadline {
  const atMs = clock.monotonicMs() + totalMs;
  return { atMs, remainingMs: () => atMs - clock.monotonicMs() };
}

export interface Pause {
  readonly clock: Clock;
  readonly delayMs: number;
  readonly signal: CallSignal;
}

/** Waits, and stops waiting when the signal aborts. Leaves neither timer nor listener. */
export function pauseUnlessAborted({ clock, delayMs, signal }: Pause): Promise<void> {
  if (signal.aborted || delayMs <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.schedule(delayMs, finish);
    signal.addEventListener('abort', finish);
  });
}
