import type { NanoUsd } from './money.ts';
import type { Shard } from './shard.ts';
import type { LedgerEvent } from './usage-event.ts';

/** A usage event as it lies in its shard's stream. */
export interface StreamedEvent {
  readonly shard: Shard;
  /** From 1, without a gap. */
  readonly sequence: number;
  readonly event: LedgerEvent;
  /** The charge that this event takes the place of: an estimate, or one by other prices. */
  readonly correctsNanoUsd: NanoUsd | undefined;
  /** Budget periods that it was booked to, as `key day:2026-11-23@UTC`. */
  readonly periods: readonly string[];
}

/** An event that was handed to one worker, and to no other until it is claimed. */
export interface TakenEvent {
  readonly shard: Shard;
  /** Its place in the stream. After a fail-over another event can have the same one, hence `sequence`. */
  readonly entryId: string;
  /** The shard's number of the event, as text; empty where the entry has none. */
  readonly sequence: string;
  /** How often it was handed out, this time included. */
  readonly deliveries: number;
}

export interface ReadRequest {
  readonly shard: Shard;
  /** The worker's name, its own for each boot. */
  readonly worker: string;
  readonly atMost: number;
}

export interface ReadBatch {
  readonly events: readonly TakenEvent[];
  /** Events of the shard that are neither applied nor set aside, these included. */
  readonly lag: number;
}

/** `passed_over`: somebody else applied it, or the entry is no longer the one that was taken. */
export type ApplyResult =
  | { readonly kind: 'applied'; readonly tenant: string; readonly keyId: string; readonly costNanoUsd: NanoUsd }
  | { readonly kind: 'passed_over' };

/** What of a stream is kept for exports once it was applied; whatever is beyond either goes. */
export interface Retention {
  readonly keptMs: number;
  readonly keptEvents: number;
  /** While there is an archive, what it does not have yet is kept longer: so many events of the shard. */
  readonly mostWaiting: number;
}

/** How far an archive is with a shard: the last event that it has, as the stream had it. */
export interface ArchivePosition {
  readonly sequence: string;
  readonly entryId: string;
}

/** An event for the archive. `text` is as the stream has it. */
export interface ArchivedEvent extends ArchivePosition {
  readonly corrects: string;
  readonly text: string;
}

export interface ArchiveRequest {
  readonly shard: Shard;
  /** The worker's name, its own for each boot. */
  readonly worker: string;
  /** For so long no other worker is handed events of the shard; 0 gives it back. */
  readonly leaseMs: number;
  /** The last event that is safely written. Undefined: the worker does not know. */
  readonly written: ArchivePosition | undefined;
  readonly atMost: number;
}

/** `held`: another worker archives the shard. */
export type ArchiveBatch =
  | { readonly kind: 'held' }
  | {
      readonly kind: 'taken';
      /** Behind which the events go on: `written`, unless the stream does not have that event. */
      readonly after: ArchivePosition;
      readonly events: readonly ArchivedEvent[];
      /** Events of the shard that are not written, these included. */
      readonly waiting: number;
      readonly nowMs: number;
    };

/**
 * Usage events on their way into the roll-ups, shard by shard. Any number of workers share the shards: each event is
 * handed to one of them, and to another when that one falls silent. All reject with `StoreError` where the store cannot
 * do it; anything else that `apply` rejects with is the event's own fault.
 */
export interface UsageStream {
  /** Takes events that nobody has taken yet. Costs next to nothing where there are none. */
  read(request: ReadRequest): Promise<ReadBatch>;
  /** Takes over events that another worker took at least `idleMs` ago and did not apply. */
  claim(request: ReadRequest & { readonly idleMs: number }): Promise<readonly TakenEvent[]>;
  /** Adds the event to the roll-ups and to the checkpoint, and acknowledges it, in one step: exactly once. */
  apply(taken: TakenEvent): Promise<ApplyResult>;
  /** Moves an event that cannot be applied to the dead letters. False where somebody else dealt with it. */
  setAside(taken: TakenEvent, reason: string): Promise<boolean>;
  /**
   * Hands applied events to the one worker that archives the shard, in order and behind what it has written, which is noted:
   * it may be trimmed then. From the first call on there is an archive, until nobody asked for 7 days.
   */
  archive(request: ArchiveRequest): Promise<ArchiveBatch>;
  /** Drops events that were applied and are beyond the retention; returns how many. Never what is unread or in a worker's hands. */
  trim(shard: Shard, retention: Retention): Promise<number>;
}
