import {
  StoreError,
  type AdmissionStore,
  type Clock,
  type NanoUsd,
  type Reservation,
  type Settlement,
  type SettleResult,
  type Shard,
  type UsageEvent,
} from '@tollgate/core';

export interface Truth {
  readonly reservation: Reservation;
  readonly actualTokens: number;
  readonly actualNanoUsd: NanoUsd;
  readonly event: UsageEvent;
}

export interface SettlerOptions {
  readonly admission: AdmissionStore;
  readonly clock: Clock;
  /** This boot of the process; its settlements are numbered under it. */
  readonly producerId: string;
  readonly onSettled: (result: SettleResult) => void;
  readonly onFailure: (error: StoreError) => void;
  /** The store can never take this settlement; it has to be kept where people find it. */
  readonly onPoison: (settlement: Settlement, error: unknown) => void;
}

const firstRetryMs = 100;
const maxRetryMs = 5_000;

/**
 * Sends settlements off the caller's path: one command each, pipelined by the store. One that fails is
 * sent again under its own number, which the store applies once, until it is confirmed.
 */
export class Settler {
  readonly #options: SettlerOptions;
  readonly #sequences = new Map<Shard, number>();
  readonly #unconfirmed = new Set<Promise<void>>();

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /** Settlements that the store has not confirmed. */
  get unconfirmed(): number {
    return this.#unconfirmed.size;
  }

  settle(truth: Truth): void {
    const { shard } = truth.reservation;
    const sequence = (this.#sequences.get(shard) ?? 0) + 1;
    this.#sequences.set(shard, sequence);
    const settlement: Settlement = { ...truth, producer: { id: this.#options.producerId, sequence } };
    const sent = this.#sendUntilConfirmed(settlement).finally(() => this.#unconfirmed.delete(sent));
    this.#unconfirmed.add(sent);
  }

  /** Resolves when all is confirmed, or after `deadlineMs`; tells how many were left. */
  async drain(deadlineMs: number): Promise<number> {
    let cancel = (): void => undefined;
    const deadline = new Promise<void>((resolve) => {
      cancel = this.#options.clock.schedule(deadlineMs, resolve);
    });
    await Promise.race([Promise.all(this.#unconfirmed), deadline]);
    cancel();
    return this.#unconfirmed.size;
  }

  async #sendUntilConfirmed(settlement: Settlement): Promise<void> {
    for (let retryMs = firstRetryMs; ; retryMs = Math.min(maxRetryMs, retryMs * 2)) {
      try {
        this.#options.onSettled(await this.#options.admission.settle(settlement));
        return;
      } catch (error) {
        if (!(error instanceof StoreError)) return this.#options.onPoison(settlement, error);
        this.#options.onFailure(error);
      }
      await new Promise<void>((resolve) => this.#options.clock.schedule(retryMs, resolve));
    }
  }
}
