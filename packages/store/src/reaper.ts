import { allShards, StoreError, type AdmissionStore, type Clock } from '@tollgate/core';

/** More than 5 s without a tick count as an outage, after which leases are prolonged instead of ended. */
const tickMs = 1000;
const atMostPerShard = 200;

/**
 * Ends reservations that a dead node left behind, in every shard. Every node and aggregator does it, so that
 * what is left is found while any of them lives; the script is idempotent, so it does not matter who.
 */
export class Reaper {
  readonly #admission: AdmissionStore;
  readonly #clock: Clock;
  readonly #onReaped: (count: number) => void;
  #cancelTick: () => void = () => undefined;
  #reaping: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly admission: AdmissionStore;
    readonly clock: Clock;
    readonly onReaped: (count: number) => void;
  }) {
    this.#admission = options.admission;
    this.#clock = options.clock;
    this.#onReaped = options.onReaped;
  }

  start(): void {
    this.#cancelTick = this.#clock.schedule(tickMs, () => {
      this.#reaping = this.reapAll().finally(() => this.start());
    });
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    await this.#reaping;
    this.#cancelTick();
  }

  async reapAll(): Promise<void> {
    try {
      const counts = await Promise.all(allShards.map((shard) => this.#admission.reap(shard, atMostPerShard)));
      const reaped = counts.reduce((sum, count) => sum + count, 0);
      if (reaped > 0) this.#onReaped(reaped);
    } catch (error) {
      // A later round does it; whoever watches the store knows already.
      if (!(error instanceof StoreError)) throw error;
    }
  }
}
