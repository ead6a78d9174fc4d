import type { Random, RetryPolicy } from '@tollgate/core';

/** Beyond any maximum by then; a power that overflows would make a base of zero no number. */
const maxDoublings = 30;

export interface RetryDelayRequest {
  /** 1 for the first retry. */
  readonly retryNumber: number;
  readonly retryAfterMs: number | undefined;
  readonly policy: RetryPolicy;
  readonly random: Random;
}

/**
 * Ms to wait before a retry: uniform from zero to an exponentially growing bound (full jitter), so
 * that calls which failed together do not come back together; on top of the provider's Retry-After,
 * for the same reason. Undefined: the provider asks for a longer wait than the policy allows.
 */
export function retryDelayMs({ retryNumber, retryAfterMs = 0, policy, random }: RetryDelayRequest): number | undefined {
  if (retryAfterMs > policy.maxMs) return undefined;
  return retryAfterMs + random() * Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(retryNumber - 1, maxDoublings));
}
