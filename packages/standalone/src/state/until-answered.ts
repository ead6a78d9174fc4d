import { StoreError, type Clock } from '@tollgate/core';

/** A machine that has just started many things is slow for a moment, and nobody waits for a first key with a clock. */
const patienceMs = 20_000;
const pauseMs = 200;

/** What the store answers, asked again while it does not answer in time. `ask` has to be safe to repeat. */
export async function untilAnswered<Answer>(ask: () => Promise<Answer>, clock: Clock): Promise<Answer> {
  const untilMs = clock.monotonicMs() + patienceMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isAway(error) || clock.monotonicMs() >= untilMs) throw error;
      await new Promise<void>((resolve) => clock.schedule(pauseMs, resolve));
    }
  }
}

/** Use cases of `admin` say it in words of their own, with the store's as the cause. */
function isAway(error: unknown): boolean {
  if (!(error instanceof StoreError)) return error instanceof Error && isAway(error.cause);
  return error.code === 'timeout' || error.code === 'unavailable';
}
