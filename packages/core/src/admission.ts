import type { LimitName, Limits, ScopeKind } from './limits.ts';
import type { Caller } from './caller.ts';
import type { NanoUsd, PicoUsd } from './money.ts';
import type { Shard } from './shard.ts';
import type { UsageEvent, UsageEventDraft } from './usage-event.ts';

/** A stretch of a budget's calendar. The node knows time zones, the store knows the time: it picks by its own clock. */
export interface PeriodSpan {
  /** For example `day:2026-11-23@UTC`, or `total`. */
  readonly id: string;
  /** Undefined: never. */
  readonly endsAtMs: number | undefined;
}

export interface AdmitBudget {
  readonly capNanoUsd: NanoUsd;
  readonly hard: boolean;
  readonly current: PeriodSpan;
  readonly next: PeriodSpan | undefined;
}

/** A key or a tenant, and what it may use. */
export interface AdmitScope {
  readonly kind: ScopeKind;
  /** The key's `scopeId` or the tenant's name. */
  readonly id: string;
  readonly limits: Limits;
  readonly budgets: readonly AdmitBudget[];
}

/**
 * How a call's bound goes with its output cap: `inputNanoUsd` and, rounded up, `picoUsdPerToken` for each
 * token of the cap, all answers together. With it the store can lower the cap to what is left unspent.
 */
export interface OutputCost {
  readonly inputNanoUsd: NanoUsd;
  readonly picoUsdPerToken: PicoUsd;
  /** What the bound goes by. */
  readonly capTokens: number;
  /** Below this no answer is of use. */
  readonly leastTokens: number;
}

export interface AdmitRequest {
  /** Unique for good; `admit` with a known id changes nothing and answers as before. */
  readonly reservationId: string;
  readonly caller: Caller;
  readonly scopes: readonly AdmitScope[];
  /** Set aside in the tokens-a-minute windows. */
  readonly estimatedTokens: number;
  /** The largest cost possible: held against hard budgets. Undefined: no bound exists, hard budgets refuse. */
  readonly boundNanoUsd: NanoUsd | undefined;
  /** Absent: the output cap, and with it the bound, is not to be lowered. */
  readonly outputCost?: OutputCost | undefined;
  /** The likely cost: held against soft budgets. */
  readonly expectedNanoUsd: NanoUsd;
  /** How long the reservation lives without `renew`. */
  readonly leaseMs: number;
  /** For the event that the store writes itself, should the node never settle. Absent: that event names no model. */
  readonly draft?: UsageEventDraft;
}

/** How a window stands. `remaining` never negative; `resetMs` until the whole limit is free again. */
export interface WindowStanding {
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number;
}

export interface BudgetStanding {
  readonly periodId: string;
  readonly hard: boolean;
  readonly capNanoUsd: NanoUsd;
  readonly spentNanoUsd: NanoUsd;
  /** Held by calls in flight. */
  readonly reservedNanoUsd: NanoUsd;
  readonly endsAtMs: number | undefined;
}

export interface ScopeStanding {
  readonly kind: ScopeKind;
  /** Ever since the key or tenant was made, with or without a budget. */
  readonly spentNanoUsd: NanoUsd;
  readonly requests: WindowStanding | undefined;
  readonly tokens: WindowStanding | undefined;
  readonly concurrency: { readonly limit: number; readonly remaining: number } | undefined;
  readonly budgets: readonly BudgetStanding[];
}

/** What `admit` set aside. Kept by the node until settlement; the store has its own record. */
export interface Reservation {
  readonly reservationId: string;
  readonly shard: Shard;
  readonly tenant: string;
  readonly keyId: string;
  readonly tokens: number;
  readonly boundNanoUsd: NanoUsd;
  readonly admittedAtMs: number;
  /** The store's own words: what `settle` and `renew` need should the store have lost its record. Handed back as it came. */
  readonly terms: string;
  /** The terms as they stand between quotes in JSON, where the store had most of that ready: for whoever writes them down. */
  escapedTerms?: string | undefined;
}

/**
 * - `rate`: a window or the concurrency limit is used up; `retryAfterMs` is when this call would be admitted.
 * - `held`: calls in flight hold the rest of a budget.
 * - `spent`: a budget is spent until its period ends, but for `remaining`, which pays for no answer of use.
 * - `too_large`: the call alone exceeds the limit, even at the least output cap.
 * - `unbounded`: a hard budget applies and the call's cost has no bound.
 */
export type RefusalReason = 'rate' | 'held' | 'spent' | 'too_large' | 'unbounded';

/** The limit that binds. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly scope: ScopeKind;
  readonly limit: LimitName;
  /** Requests, tokens, slots or nano-USD. */
  readonly limitValue: bigint;
  readonly remaining: bigint;
  readonly retryAfterMs: number | undefined;
}

export type AdmitDecision =
  | {
      readonly kind: 'admitted';
      readonly reservation: Reservation;
      readonly standings: readonly ScopeStanding[];
      /** The cap that hard budgets have money left for, where that is lower than the one asked for. */
      readonly outputCapTokens: number | undefined;
      /** The store was away: it knows nothing of the reservation. */
      readonly isAlone?: true;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly standings: readonly ScopeStanding[] }
  /** Key or tenant changed since the node read them: decide again with these. Nothing was written. */
  | { readonly kind: 'stale'; readonly caller: Caller }
  /** The key is gone, revoked or expired, or its tenant suspended. Nothing was written. */
  | { readonly kind: 'rejected'; readonly reason: 'unknown' | 'revoked' | 'expired' | 'suspended' };

/** One boot of a process. It numbers its settlements 1, 2, 3 … for each shard; the store applies each number once. */
export interface Producer {
  readonly id: string;
  readonly sequence: number;
}

export interface Settlement {
  readonly reservation: Reservation;
  readonly producer: Producer;
  readonly actualTokens: number;
  readonly actualNanoUsd: NanoUsd;
  readonly event: UsageEvent;
  /** The event as `usageEventText` writes it, where that was done already. */
  readonly eventText?: string | undefined;
}

/**
 * - `settled`: the reservation was replaced by the truth.
 * - `corrected`: it had been reaped; the difference was booked.
 * - `unreserved`: the store knew no such reservation (lost in a fail-over); the truth was booked all the same.
 * - `duplicate`: this producer's number was applied before; nothing changed.
 */
export type SettleResult = 'settled' | 'corrected' | 'unreserved' | 'duplicate';

export interface LeaseProgress {
  readonly reservation: Reservation;
  readonly tokens: number;
  readonly nanoUsd: NanoUsd;
}

/** `readopted`: the store had lost or reaped the reservation and holds it again. `revoked`: the call has to end. */
export type RenewResult = 'renewed' | 'readopted' | 'revoked';

/** What a further attempt of a call can cost, and likely will; `boundNanoUsd` as in `AdmitRequest`. */
export type FurtherCost = Pick<AdmitRequest, 'boundNanoUsd' | 'expectedNanoUsd'>;

/**
 * Limits, budgets and money of all nodes together. Every method is atomic, and one round trip.
 * All reject with `StoreError` where the store cannot do it.
 */
export interface AdmissionStore {
  admit(request: AdmitRequest): Promise<AdmitDecision>;
  /**
   * Sets aside more money, in the periods of the reservation: for an attempt after one that may be billed.
   * Answers the reservation as it is from now on; undefined where a hard budget does not have the money, or
   * nothing is reserved any more: nothing changed then, and the attempt must not be made.
   */
  extend(reservation: Reservation, further: FurtherCost): Promise<Reservation | undefined>;
  settle(settlement: Settlement): Promise<SettleResult>;
  /** Gives back a reservation of which nothing reached a provider; safe for one that was never made. */
  void(reservation: Pick<Reservation, 'reservationId' | 'shard'>): Promise<void>;
  /** Moves leases' deadlines by `leaseMs` from now, and notes progress. Answers in order. */
  renew(leases: readonly LeaseProgress[], leaseMs: number): Promise<readonly RenewResult[]>;
  /**
   * Ends reservations of the shard whose lease has run out, charging them as estimates. Returns how many.
   * Asked for a shard more than 5 s after the last time, it first gives every reservation another lease:
   * the store may have been away, and its nodes alive.
   */
  reap(shard: Shard, atMost: number): Promise<number>;
  /** What is left to a caller now; changes nothing. */
  standings(shard: Shard, scopes: readonly AdmitScope[]): Promise<readonly ScopeStanding[]>;
}
