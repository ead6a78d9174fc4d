import type { AttemptError, Random, RetryPolicy } from '@tollgate/core';
import { retryDelayMs } from './retry-delay.ts';

export interface FailedAttemptFacts {
  readonly error: AttemptError;
  /** Retries that this call has made at this target. */
  readonly retriesSoFar: number;
  /** The provider has another healthy credential that this call may use. */
  readonly hasOtherCredential: boolean;
  readonly remainingMs: number;
  readonly policy: RetryPolicy;
  readonly random: Random;
}

/**
 * - `switch`: at once with another credential. Costs no retry: there are only so many credentials, and
 *   each one refused is set aside.
 * - `retry`: after `delayMs`, if the target's retry budget allows.
 * - `leave`: no further attempt at this target.
 */
export type NextAttempt =
  { readonly kind: 'switch' } | { readonly kind: 'retry'; readonly delayMs: number } | { readonly kind: 'leave' };

const leave: NextAttempt = { kind: 'leave' };

/** What to do about the same target after a failed attempt. */
export function planNextAttempt(facts: FailedAttemptFacts): NextAttempt {
  const { error, retriesSoFar, hasOtherCredential, remainingMs, policy, random } = facts;
  if (error.next === 'credential') return hasOtherCredential ? { kind: 'switch' } : leave;
  if (error.next !== 'retry' || retriesSoFar + 1 >= policy.attempts) return leave;
  // It is the credential that was told to wait, so another one need not.
  if (error.credential === 'cool' && hasOtherCredential) return { kind: 'retry', delayMs: 0 };
  const delayMs = retryDelayMs({
    retryNumber: retriesSoFar + 1,
    retryAfterMs: error.retryAfterMs,
    policy,
    random,
  });
  return delayMs === undefined || delayMs >= remainingMs ? leave : { kind: 'retry', delayMs };
}
