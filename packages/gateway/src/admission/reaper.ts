import { allShards, StoreError, type AdmissionStore, type Clock } from '@tollgate/core';

const tickMs = 1000;
const atMostPerTick = 200;

/**
 * Ends reservations that a dead node left behind, shard after shard. Every node and aggregator does it, so
 * that what is left is found while any of them lives; the script is idempotent, so it does not matter who.
 */
export class Reaper {
  readonly #admission: AdmissionStore;
  readonly #clock: Clock;
  readonly #onReaped: (count: number) => void;
  readonly #onAnswered: () => void;
  readonly #onFailure: (error: StoreError) => void;
  #nextShard: number;
  #cancelTick: () => void = () => undefined;
  #reaping: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly admission: AdmissionStore;
    readonly clock: Clock;
    /** Where to begin: nodes that begin apart cover the shards sooner. */
    readonly firstShard: number;
    readonly onReaped: (count: number) => void;
    /** The store answered: it serves. */
    readonly onAnswered: () => void;
    readonly onFailure: (error: StoreError) => void;
  }) {
    this.#admission = options.admission;
    this.#clock = options.clock;
    this.#nextShard = options.firstShard;
    this.#onReaped = options.onReaped;
    this.#onAnswered = options.onAnswered;
    this.#onFailure = options.onFailure;
  }

  start(): void {
    this.#cancelTick = this.#clock.schedule(tickMs, () => {
      this.#reaping = this.reapNext().finally(() => this.start());
    });
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    await this.#reaping;
    this.#cancelTick();
  }

  async reapNext(): Promise<void> {
    const shard = allShards[this.#nextShard % allShards.length];
    this.#nextShard += 1;
    if (shard === undefined) return;
    try {
      const count = await this.#admission.reap(shard, atMostPerTick);
      this.#onAnswered();
      if (count > 0) this.#onReaped(count);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#onFailure(error);
    }
  }
}
