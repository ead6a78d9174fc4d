import {
  GatewayError,
  StoreError,
  type AdmissionStore,
  type AdmitDecision,
  type AdmitRequest,
  type Clock,
  type FurtherCost,
  type LeaseProgress,
  type RenewResult,
  type Reservation,
  type ScopeStanding,
  type AdmitScope,
  type Settlement,
  type SettleResult,
  type Shard,
} from '@tollgate/core';
import type { LocalShare } from '@tollgate/store';

export type OutagePolicy = 'local_share' | 'fail_closed' | 'fail_open';

export interface OutageOptions {
  readonly store: AdmissionStore;
  readonly share: LocalShare;
  readonly clock: Clock;
  readonly policy: () => OutagePolicy;
  /** Nodes that were last known to live, this one included. */
  readonly liveNodes: () => number;
  readonly isStoreAway: () => boolean;
  /** Told of each answer and each failure of the store, whatever is made of it. */
  readonly onAnswered: (operation: 'admit' | 'other') => void;
  readonly onFailure: (error: StoreError) => void;
}

/** So long after the store was last heard of, callers are believed to be who they were. */
export const callerGraceMs = 60_000;

/**
 * The store, and what stands in for it while it is away: by config nothing, everything, or this node's share of the
 * limits. Hard budgets are closed in any case, for only the store knows what the other nodes spend.
 */
export class OutageStore implements AdmissionStore {
  readonly #options: OutageOptions;
  #heardMs: number;

  constructor(options: OutageOptions) {
    this.#options = options;
    this.#heardMs = options.clock.monotonicMs();
  }

  /** The store answered somebody. */
  heard(): void {
    this.#heardMs = this.#options.clock.monotonicMs();
  }

  /** The call ended, whenever the store hears of it. */
  release(reservationId: string): void {
    this.#options.share.release(reservationId);
  }

  async admit(request: AdmitRequest): Promise<AdmitDecision> {
    // While it is away nobody waits for it: a probe finds out when it is back.
    if (this.#options.isStoreAway()) return this.#standIn(request, awayError());
    try {
      const decision = await this.#options.store.admit(request);
      this.heard();
      this.#options.onAnswered('admit');
      if (decision.kind === 'admitted') this.#options.share.charge(request);
      return decision;
    } catch (error) {
      if (error instanceof StoreError) this.#options.onFailure(error);
      if (!isAway(error)) throw error;
      // The store may have made, or take back, a reservation of this id; what happens here is another one.
      return this.#standIn({ ...request, reservationId: `${request.reservationId}.local` }, error);
    }
  }

  extend(reservation: Reservation, further: FurtherCost): Promise<Reservation | undefined> {
    return this.#watch(this.#options.store.extend(reservation, further));
  }

  settle(settlement: Settlement): Promise<SettleResult> {
    return this.#watch(this.#options.store.settle(settlement));
  }

  void(reservation: Pick<Reservation, 'reservationId' | 'shard'>): Promise<void> {
    return this.#watch(this.#options.store.void(reservation));
  }

  renew(leases: readonly LeaseProgress[], leaseMs: number): Promise<readonly RenewResult[]> {
    return this.#watch(this.#options.store.renew(leases, leaseMs));
  }

  reap(shard: Shard, atMost: number): Promise<number> {
    return this.#watch(this.#options.store.reap(shard, atMost));
  }

  standings(shard: Shard, scopes: readonly AdmitScope[]): Promise<readonly ScopeStanding[]> {
    return this.#watch(this.#options.store.standings(shard, scopes));
  }

  #standIn(request: AdmitRequest, cause: StoreError): AdmitDecision {
    const { share, policy, liveNodes, clock } = this.#options;
    if (policy() === 'fail_closed' || hasHardBudget(request)) throw cause;
    if (clock.monotonicMs() - this.#heardMs > callerGraceMs) throw graceOver(cause);
    if (policy() === 'fail_open') return share.admitUnlimited(request);
    const decision = share.admit(request, liveNodes());
    if (decision === undefined) throw overShare(cause);
    return decision;
  }

  #watch<Result>(asked: Promise<Result>): Promise<Result> {
    return asked.then(this.#answered, this.#failed);
  }

  readonly #answered = <Result>(result: Result): Result => {
    this.heard();
    this.#options.onAnswered('other');
    return result;
  };

  readonly #failed = (error: unknown): never => {
    if (error instanceof StoreError) this.#options.onFailure(error);
    throw error;
  };
}

const isAway = (error: unknown): error is StoreError =>
  error instanceof StoreError && ['timeout', 'unavailable', 'shard_unavailable'].includes(error.code);

const hasHardBudget = ({ scopes }: AdmitRequest): boolean =>
  scopes.some(({ budgets }) => budgets.some(({ hard }) => hard));

const awayError = (): StoreError => new StoreError('unavailable', 'Redis is away');

const retryAfterMs = 5000;

const graceOver = (cause: StoreError): GatewayError =>
  new GatewayError('store_unavailable', {
    message: `Keys could not be checked for ${callerGraceMs / 1000} s, so nothing was done. Try again shortly.`,
    retryAfterMs,
    cause,
  });

const overShare = (cause: StoreError): GatewayError =>
  new GatewayError('store_unavailable', {
    message: 'This call is larger than what one node may admit by itself at the moment. Try again shortly.',
    retryAfterMs,
    cause,
  });
