import { GatewayError, StoreError, type AdmissionStore, type Clock, type Reservation } from '@tollgate/core';

export interface LeaseTimes {
  /** How long a reservation outlives its node. */
  readonly leaseMs: number;
  readonly renewEveryMs: number;
}

/** A lease may miss two renewals before it runs out. */
export const leaseTimes: LeaseTimes = { leaseMs: 35_000, renewEveryMs: 10_000 };

/** At most so many renewals go out in one go, so that thousands of streams do not stall Redis at once. */
const batchSize = 200;

/**
 * Renews the lease of every call in flight, so that a slot is freed only by settlement or by the death
 * of this node. A call whose key was revoked meanwhile is ended.
 */
export class LeaseKeeper {
  readonly #admission: AdmissionStore;
  readonly #clock: Clock;
  readonly #times: LeaseTimes;
  readonly #onFailure: (error: StoreError) => void;
  readonly #inFlight = new Map<string, { readonly reservation: Reservation; readonly ended: AbortController }>();
  #cancelTick: () => void = () => undefined;
  #renewing: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly admission: AdmissionStore;
    readonly clock: Clock;
    readonly times?: LeaseTimes;
    readonly onFailure: (error: StoreError) => void;
  }) {
    this.#admission = options.admission;
    this.#clock = options.clock;
    this.#times = options.times ?? leaseTimes;
    this.#onFailure = options.onFailure;
  }

  get leaseMs(): number {
    return this.#times.leaseMs;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  start(): void {
    this.#cancelTick = this.#clock.schedule(this.#times.renewEveryMs, () => {
      this.#renewing = this.renewAll().finally(() => this.start());
    });
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    await this.#renewing;
    this.#cancelTick();
  }

  /** From now on the lease is renewed, and `ended` aborted with a GatewayError should the key be revoked. */
  keep(reservation: Reservation, ended: AbortController): void {
    this.#inFlight.set(reservation.reservationId, { reservation, ended });
  }

  /** The reservation as it was last kept: it may have been extended since it was made. */
  current(reservation: Reservation): Reservation {
    return this.#inFlight.get(reservation.reservationId)?.reservation ?? reservation;
  }

  release(reservationId: string): void {
    this.#inFlight.delete(reservationId);
  }

  async renewAll(): Promise<void> {
    const calls = [...this.#inFlight.values()];
    for (let at = 0; at < calls.length; at += batchSize) await this.#renew(calls.slice(at, at + batchSize));
  }

  async #renew(
    calls: readonly { readonly reservation: Reservation; readonly ended: AbortController }[],
  ): Promise<void> {
    const leases = calls.map(({ reservation }) => ({ reservation, tokens: 0, nanoUsd: 0n }));
    try {
      const results = await this.#admission.renew(leases, this.#times.leaseMs);
      results.forEach((result, index) => {
        if (result === 'revoked') calls[index]?.ended.abort(revokedInFlight());
      });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#onFailure(error);
    }
  }
}

const revokedInFlight = (): GatewayError =>
  new GatewayError('key_revoked_in_flight', { message: 'The gateway key was revoked while the call was under way.' });
