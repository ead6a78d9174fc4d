import {
  StoreError,
  usageEventText,
  type AdmissionStore,
  type Clock,
  type NanoUsd,
  type Producer,
  type Reservation,
  type Settlement,
  type SettleResult,
  type Shard,
  type UsageEvent,
} from '@tollgate/core';
import type { Journal } from '../journal/journal.ts';
import type { Waiting } from '../journal/waiting.ts';

export interface Truth {
  readonly reservation: Reservation;
  readonly actualTokens: number;
  readonly actualNanoUsd: NanoUsd;
  readonly event: UsageEvent;
}

export interface SettlerOptions {
  readonly admission: Pick<AdmissionStore, 'settle'>;
  /** Takes what is sent again. */
  readonly bulk: Pick<AdmissionStore, 'settle'>;
  readonly clock: Clock;
  readonly journal: Journal;
  /** This boot of the process; its settlements are numbered under it. */
  readonly producerId: string;
  /** While it is, nothing is sent at once: what waits is sent again when it is back. */
  readonly isStoreAway: () => boolean;
  /** The call ended; the store may hear of it later. */
  readonly onEnded: (reservationId: string) => void;
  readonly onSettled: (result: SettleResult) => void;
  readonly onFailure: (error: StoreError) => void;
  /** The store can never take a settlement, which was set aside. */
  readonly onPoison: (producer: Producer, error: unknown) => void;
}

/** At most so many at once, and so many a second, are sent again: more would hold up admissions. */
const replayBatch = 50;
const replayEveryMs = 50;
const maxPauseMs = 5_000;

/**
 * Sends settlements off the caller's path: one command each, pipelined by the store. Each is in the journal first, and
 * one that is not confirmed is sent again from there under its own number, which the store applies once.
 */
export class Settler {
  readonly #options: SettlerOptions;
  readonly #sequences = new Map<Shard, number>();
  #pauseMs = replayEveryMs;
  #cancelTick: () => void = () => undefined;
  #stopped = false;

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#cancelTick = this.#options.clock.schedule(this.#pauseMs, () => {
      void this.replay().finally(() => {
        if (!this.#stopped) this.start();
      });
    });
  }

  settle(truth: Truth): void {
    const { shard, reservationId } = truth.reservation;
    this.#options.onEnded(reservationId);
    const sequence = (this.#sequences.get(shard) ?? 0) + 1;
    this.#sequences.set(shard, sequence);
    const { reservation, actualTokens, actualNanoUsd, event } = truth;
    const producer = { id: this.#options.producerId, sequence };
    const settlement = { reservation, producer, actualTokens, actualNanoUsd, event, eventText: textOf(event) };
    const waiting = this.#options.journal.append(settlement);
    if (this.#options.isStoreAway()) {
      // Whoever sends it would see to it that it is written first.
      void this.#options.journal.written();
      return;
    }
    void this.#send(waiting, this.#options.admission, settlement);
  }

  /** Sends a batch of what waits; the next one comes later where it failed. */
  async replay(): Promise<void> {
    const batch: Waiting[] = [];
    for (const waiting of this.#options.journal.waiting()) {
      if (batch.length >= replayBatch) break;
      if (!waiting.isUnderWay) batch.push(waiting);
    }
    const sent = await Promise.all(batch.map((waiting) => this.#send(waiting, this.#options.bulk)));
    this.#pauseMs = sent.includes('failed') ? Math.min(maxPauseMs, this.#pauseMs * 2) : replayEveryMs;
  }

  /** Resolves when all is confirmed, or after `deadlineMs`; tells how many were left. */
  async drain(deadlineMs: number): Promise<number> {
    const { clock, journal } = this.#options;
    const untilMs = clock.monotonicMs() + deadlineMs;
    while (journal.size > 0 && clock.monotonicMs() < untilMs) {
      await this.replay();
      if (journal.size > 0) await new Promise<void>((resolve) => clock.schedule(replayEveryMs, resolve));
    }
    this.#stopped = true;
    this.#cancelTick();
    return journal.size;
  }

  /** `settlement`: where it need not be read first. Never rejects. */
  async #send(
    waiting: Waiting,
    store: Pick<AdmissionStore, 'settle'>,
    settlement?: Settlement,
  ): Promise<'sent' | 'failed'> {
    const { journal, onSettled, onFailure, onPoison } = this.#options;
    waiting.isUnderWay = true;
    try {
      await journal.written();
      const result = await store.settle(settlement ?? waiting.read());
      journal.confirm(waiting);
      onSettled(result);
      return 'sent';
    } catch (error) {
      if (error instanceof StoreError) {
        onFailure(error);
        return 'failed';
      }
      journal.quarantine(waiting, error);
      onPoison(waiting.producer, error);
      return 'sent';
    } finally {
      waiting.isUnderWay = false;
    }
  }
}

/** An event that cannot be written is refused by the store as well, and set aside then. */
function textOf(event: UsageEvent): string | undefined {
  try {
    return usageEventText(event);
  } catch {
    return undefined;
  }
}
