import { StoreError, type Clock, type Reservation } from '@tollgate/core';

type Unwanted = Pick<Reservation, 'reservationId' | 'shard'>;

/** Beyond this many the oldest are left to the reaper. */
const maxKept = 10_000;
/** A node of a Cluster comes back without a new connection of ours to tell of it. */
const retryEveryMs = 1000;

/**
 * Reservations that nobody waits for any more, though Redis may have made them: the admission timed out, or its
 * reply was lost with the connection. Each is voided as soon as Redis can be asked.
 */
export class UnwantedReservations {
  readonly #kept = new Map<string, Unwanted>();
  readonly #void: (reservation: Unwanted) => Promise<void>;
  readonly #onFault: (error: unknown) => void;
  readonly #clock: Clock;
  #retryDue = false;

  constructor(options: {
    readonly void: (reservation: Unwanted) => Promise<void>;
    /** A fault that trying again cannot mend. */
    readonly onFault: (error: unknown) => void;
    readonly clock: Clock;
  }) {
    this.#void = options.void;
    this.#onFault = options.onFault;
    this.#clock = options.clock;
  }

  /** Never rejects. */
  async add(reservation: Unwanted): Promise<void> {
    const oldest = this.#kept.keys().next();
    if (this.#kept.size >= maxKept && oldest.done !== true) this.#kept.delete(oldest.value);
    this.#kept.set(reservation.reservationId, reservation);
    await this.#try(reservation);
  }

  /** To be called when the connection is there again. Never rejects. */
  async retry(): Promise<void> {
    await Promise.all([...this.#kept.values()].map((reservation) => this.#try(reservation)));
  }

  async #try(reservation: Unwanted): Promise<void> {
    try {
      await this.#void(reservation);
    } catch (error) {
      if (error instanceof StoreError) return this.#retryLater();
      this.#onFault(error);
    }
    this.#kept.delete(reservation.reservationId);
  }

  #retryLater(): void {
    if (this.#retryDue) return;
    this.#retryDue = true;
    this.#clock.schedule(retryEveryMs, () => {
      this.#retryDue = false;
      void this.retry();
    });
  }
}
