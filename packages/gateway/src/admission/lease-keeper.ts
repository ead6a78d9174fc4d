import {
  GatewayError,
  StoreError,
  type AdmissionStore,
  type Clock,
  type LeaseProgress,
  type Reservation,
} from '@tollgate/core';

export interface LeaseTimes {
  /** How long a reservation outlives its node. */
  readonly leaseMs: number;
  readonly renewEveryMs: number;
}

/** A lease may miss two renewals before it runs out. */
export const leaseTimes: LeaseTimes = { leaseMs: 35_000, renewEveryMs: 10_000 };

interface Endable {
  abort(reason: GatewayError): void;
}

type Progress = Omit<LeaseProgress, 'reservation'>;

interface KeptLease {
  readonly reservation: Reservation;
  readonly ended: Endable;
  /** What the call used and cost so far. */
  progress: () => Progress;
}

const noProgress = (): Progress => ({ tokens: 0, nanoUsd: 0n });

/** At most so many renewals go out in one go, so that thousands of streams do not stall Redis at once. */
const batchSize = 200;
const readoptedAtOnce = 50;
const readoptEveryMs = 50;

/**
 * Renews the lease of every call in flight, so that a slot is freed only by settlement or by the death
 * of this node. A call whose key was revoked meanwhile is ended.
 */
export class LeaseKeeper {
  readonly #admission: AdmissionStore;
  readonly #clock: Clock;
  readonly #times: LeaseTimes;
  readonly #inFlight = new Map<string, KeptLease>();
  #cancelTick: () => void = () => undefined;
  #renewing: Promise<void> = Promise.resolve();

  constructor(options: { readonly admission: AdmissionStore; readonly clock: Clock; readonly times?: LeaseTimes }) {
    this.#admission = options.admission;
    this.#clock = options.clock;
    this.#times = options.times ?? leaseTimes;
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
  keep(reservation: Reservation, ended: Endable): void {
    this.#inFlight.set(reservation.reservationId, { reservation, ended, progress: noProgress });
  }

  /** From now on the renewals of the call tell what it used and cost so far. */
  report(reservationId: string, progress: () => Progress): void {
    const lease = this.#inFlight.get(reservationId);
    if (lease !== undefined) lease.progress = progress;
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

  /**
   * The same for a store that may have lost them, in smaller portions with pauses, so that it serves others meanwhile.
   * Over the connection of settlements: a renewal that overtook or fell behind one would hold a call again that is over.
   */
  async readoptAll(): Promise<void> {
    const calls = [...this.#inFlight.values()];
    for (let at = 0; at < calls.length; at += readoptedAtOnce) {
      if (at > 0) await new Promise<void>((resolve) => this.#clock.schedule(readoptEveryMs, resolve));
      const portion = calls.slice(at, at + readoptedAtOnce);
      await this.#renew(portion.filter((call) => this.#inFlight.get(call.reservation.reservationId) === call));
    }
  }

  async #renew(calls: readonly KeptLease[]): Promise<void> {
    const leases = calls.map(({ reservation, progress }) => ({ reservation, ...progress() }));
    try {
      const results = await this.#admission.renew(leases, this.#times.leaseMs);
      results.forEach((result, index) => {
        if (result === 'revoked') calls[index]?.ended.abort(revokedInFlight());
      });
    } catch (error) {
      // The next round renews it; whoever watches the store knows already.
      if (!(error instanceof StoreError)) throw error;
    }
  }
}

const revokedInFlight = (): GatewayError =>
  new GatewayError('key_revoked_in_flight', { message: 'The gateway key was revoked while the call was under way.' });
