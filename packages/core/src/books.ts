import type { NanoUsd } from './money.ts';
import type { ScopeKind } from './limits.ts';
import type { Shard } from './shard.ts';
import type { RepricingEvent } from './usage-event.ts';

/** Whose spend is counted. */
export interface LedgerScope {
  readonly kind: ScopeKind;
  /** The key's `scopeId` or the tenant's name. */
  readonly id: string;
}

/** A counter of spend: of a budget period, or (`period` undefined) ever. */
export interface LedgerCounter {
  readonly scope: LedgerScope;
  readonly period: string | undefined;
  /** What the counter says … */
  readonly spentNanoUsd: NanoUsd;
  /** … and what the checkpoint of applied events and the events that are not applied yet add up to. */
  readonly eventsNanoUsd: NanoUsd;
}

/** `behind`: more events wait than one look can take in; ask again when the aggregator has caught up. */
export type Audit =
  { readonly kind: 'audited'; readonly counters: readonly LedgerCounter[] } | { readonly kind: 'behind' };

/** An event that could not be applied. `text` is as the stream had it. */
export interface DeadLetter {
  readonly shard: Shard;
  readonly entryId: string;
  readonly reason: string;
  readonly text: string;
}

/** An event that is kept. `text` is as the stream has it. */
export interface KeptEvent {
  readonly entryId: string;
  readonly sequence: string;
  readonly corrects: string;
  readonly text: string;
  /** What its attempts cost by the last repricing, as `Repricing.costs` said it; empty where there was none. */
  readonly repriced: string;
}

/** A page of events as they were written, oldest first. */
export interface EventPage {
  readonly events: readonly KeptEvent[];
  /** Where the next page begins; undefined after the last. */
  readonly next: string | undefined;
}

/** Charges that take the place of those that an event has now. */
export interface Repricing {
  /** As it was listed: it has to be so still. */
  readonly of: KeptEvent;
  /** What the event's attempts cost from now on, as text of the caller's choice: `KeptEvent.repriced` has it next time. */
  readonly costs: string;
  readonly replacesNanoUsd: NanoUsd;
  readonly event: RepricingEvent;
}

/** What was spent, and the events that say so. All reject with `StoreError`. */
export interface Books {
  /** Compares counters with events, at one instant. */
  audit(shard: Shard, scopes: readonly LedgerScope[]): Promise<Audit>;
  /** Events that are kept, from `from` on; undefined is the oldest. */
  events(shard: Shard, from: string | undefined): Promise<EventPage>;
  /**
   * Books the new charges in place of the old ones, to key, tenant and the periods that the call belongs to, and appends
   * the event that says so, in one step. False, and nothing is changed, where the event was repriced since it was listed,
   * or is kept no longer.
   */
  reprice(shard: Shard, repricing: Repricing): Promise<boolean>;
  deadLetters(shard: Shard): Promise<readonly DeadLetter[]>;
  /** Applies a dead letter after all. False where there is none; rejects where it still cannot be applied. */
  replay(shard: Shard, entryId: string): Promise<boolean>;
}
