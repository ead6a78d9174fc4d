import type { Clock, Shard } from '@tollgate/core';

/**
 * What Redis' clock shows, learnt from its replies: a shard may lie on a server of its own. Goes by the
 * monotonic clock, so that a jump of this machine's wall time changes nothing.
 */
export class ServerClock {
  readonly #clock: Clock;
  readonly #aheadMs = new Map<Shard, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A reply to a command that was given at `sentAtMs` (monotonic) said that it was `redisNowMs`. */
  learn(shard: Shard, redisNowMs: number, sentAtMs: number): void {
    this.#aheadMs.set(shard, redisNowMs - sentAtMs);
  }

  /** The time by Redis' clock in `ms`, rather too late than too early; undefined before the first reply. */
  inMs(shard: Shard, ms: number): number | undefined {
    const aheadMs = this.#aheadMs.get(shard);
    return aheadMs === undefined ? undefined : Math.ceil(this.#clock.monotonicMs() + aheadMs + ms);
  }
}
