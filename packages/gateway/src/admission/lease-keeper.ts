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

interface Lease {
  readonly reservation: Reservation;
  readonly ended: Endable;
  /** What the call used and cost so far. */
  readonly progress: () => Progress;
}

/** Holds the lease of a call as long as it is under way. */
interface Slot {
  lease: Lease | undefined;
}

const noProgress = (): Progress => ({ tokens: 0, nanoUsd: 0n });

/** So many renewals go out in one go, and then a pause: those of thousands of streams should hold up neither Redis nor the streams. */
const portion = 50;
const renewPauseMs = 20;
const readoptPauseMs = 50;

/**
 * Renews the lease of every call in flight, so that a slot is freed only by settlement or by the death
 * of this node. A call whose key was revoked meanwhile is ended.
 */
export class LeaseKeeper {
  readonly #admission: AdmissionStore;
  readonly #clock: Clock;
  readonly #times: LeaseTimes;
  readonly #inFlight = new Map<string, Slot>();
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
    this.#startIn(this.#times.renewEveryMs);
  }

  /** From one round's beginning to the next, however long it took, so that each lease is renewed that often. */
  #startIn(delayMs: number): void {
    this.#cancelTick = this.#clock.schedule(delayMs, () => {
      const beganMs = this.#clock.monotonicMs();
      this.#renewing = this.renewAll().finally(() => {
        const tookMs = this.#clock.monotonicMs() - beganMs;
        this.#startIn(Math.max(0, this.#times.renewEveryMs - tookMs));
      });
    });
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    await this.#renewing;
    this.#cancelTick();
  }

  /** From now on the lease is renewed, and `ended` aborted with a GatewayError should the key be revoked. */
  keep(reservation: Reservation, ended: Endable): void {
    const { reservationId } = reservation;
    const slot = this.#inFlight.get(reservationId);
    if (slot === undefined) this.#inFlight.set(reservationId, { lease: { reservation, ended, progress: noProgress } });
    else slot.lease = { reservation, ended, progress: noProgress };
  }

  /** From now on the renewals of the call tell what it used and cost so far. */
  report(reservationId: string, progress: () => Progress): void {
    const slot = this.#inFlight.get(reservationId);
    if (slot?.lease !== undefined) slot.lease = { ...slot.lease, progress };
  }

  /** The reservation as it was last kept: it may have been extended since it was made. */
  current(reservation: Reservation): Reservation {
    return this.#inFlight.get(reservation.reservationId)?.lease?.reservation ?? reservation;
  }

  /** The slot is emptied as well: tables that a Map outgrew keep it alive for long (docs/performance.md). */
  release(reservationId: string): void {
    const slot = this.#inFlight.get(reservationId);
    if (slot === undefined) return;
    slot.lease = undefined;
    this.#inFlight.delete(reservationId);
  }

  renewAll(): Promise<void> {
    return this.#renewInPortions(renewPauseMs);
  }

  /**
   * The same for a store that may have lost them, and has more to do for each. Over the connection of settlements: a renewal that overtook or fell behind one would hold a call again that is over.
   */
  readoptAll(): Promise<void> {
    return this.#renewInPortions(readoptPauseMs);
  }

  async #renewInPortions(pauseMs: number): Promise<void> {
    const slots = [...this.#inFlight.values()];
    for (let at = 0; at < slots.length; at += portion) {
      const next = slots.slice(at, at + portion);
      // Where a node is stopped nothing is in flight any more, and nobody waits for the pauses.
      if (!next.some(({ lease }) => lease !== undefined)) continue;
      if (at > 0) await new Promise<void>((resolve) => this.#clock.schedule(pauseMs, resolve));
      await this.#renew(next.flatMap(({ lease }) => lease ?? []));
    }
  }

  async #renew(calls: readonly Lease[]): Promise<void> {
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
