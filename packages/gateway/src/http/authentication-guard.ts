import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { GatewayError } from '@tollgate/core';

/**
 * Counts failed authentications by address and closes the door before Redis is asked for anything.
 * Each node counts for itself: the aim is to bound work, not to ration.
 */
export class AuthenticationGuard {
  readonly #failures: RateLimiterMemory;
  readonly #perMinute: number;

  constructor(failuresPerMinute: number) {
    this.#perMinute = failuresPerMinute;
    this.#failures = new RateLimiterMemory({ points: failuresPerMinute, duration: 60 });
  }

  /** Throws `too_many_failed_authentications` once the address has used its failures up. */
  async assertOpen(address: string): Promise<void> {
    const state = await this.#failures.get(address);
    if (state !== null && state.consumedPoints >= this.#perMinute) throw this.#closed(state.msBeforeNext);
  }

  async recordFailure(address: string): Promise<void> {
    try {
      await this.#failures.consume(address);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
    }
  }

  #closed(retryAfterMs: number): GatewayError {
    return new GatewayError('too_many_failed_authentications', {
      message: `Too many failed authentications from this address. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`,
      retryAfterMs,
    });
  }
}
