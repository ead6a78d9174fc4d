import { StoreError, type Reservation } from '@tollgate/core';

type Unwanted = Pick<Reservation, 'reservationId' | 'shard'>;

/** Beyond this many the oldest are left to the reaper. */
const maxKept = 10_000;

/**
 * Reservations that nobody waits for any more, though Redis may have made them: the admission timed out, or its
 * reply was lost with the connection. Each is voided as soon as Redis can be asked.
 */
export class UnwantedReservations {
  readonly #kept = new Map<string, Unwanted>();
  readonly #void: (reservation: Unwanted) => Promise<void>;
  readonly #onFault: (error: unknown) => void;

  constructor(options: {
    readonly void: (reservation: Unwanted) => Promise<void>;
    /** A fault that trying again cannot mend. */
    readonly onFault: (error: unknown) => void;
  }) {
    this.#void = options.void;
    this.#onFault = options.onFault;
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
      if (error instanceof StoreError) return;
      this.#onFault(error);
    }
    this.#kept.delete(reservation.reservationId);
  }
}
