import type { AppliedNumbers, Reservation, Settlement, Shard } from '@tollgate/core';
import type { Waiting } from './waiting.ts';

/** What a node owes the store, kept so that a crash of either loses none of it. */
export interface Journal {
  /** Settlements that the store has not confirmed. */
  readonly size: number;
  /** No call should begin: its settlement might find no room. */
  readonly isFull: boolean;
  /** A reservation is going to be asked for. */
  reserving(reservation: Pick<Reservation, 'reservationId' | 'shard'>): void;
  /** It was made without the store, which can learn of it from here alone until the call is renewed or settled. */
  admittedAlone(reservation: Reservation): void;
  /** Its call is going to a provider: from now on it may cost something. */
  dispatched(reservationId: string): void;
  /** Nothing was reserved, or nothing is any more. */
  ended(reservationId: string): void;
  /** Keeps a settlement. Never throws: what the disk refuses is kept in memory. */
  append(settlement: Settlement): Waiting;
  /**
   * Resolves when all that was told so far is the kernel's, where there is a disk: no crash of this process loses it
   * any more. Whoever acts on it waits for this. Never rejects.
   */
  written(): Promise<void>;
  confirm(waiting: Waiting): void;
  /** All that waits, oldest first. */
  waiting(): Iterable<Waiting>;
  /** The store may have lost what these shards had: from now on what waits is owed to it. */
  owe(shards: ReadonlySet<Shard>): void;
  /** How many settlements of calls that ended before `owe`, or that a dead process left, wait still. */
  owedTo(shard: Shard): number;
  /** Reservations of dead processes whose calls never left them. */
  unsent(): readonly Pick<Reservation, 'reservationId' | 'shard'>[];
  /** Reservations made without the store by dead processes, whose calls went out and were not settled. */
  left(): readonly Reservation[];
  /** Producers whose settlements of the shard are kept, this process' own included. */
  producersIn(shard: Shard): readonly string[];
  /** Lets those settlements wait again that the store turns out not to have. Resolves with how many. */
  reopen(shard: Shard, producerId: string, applied: AppliedNumbers): Promise<number>;
  /** Sets a settlement aside that the store can never take. */
  quarantine(waiting: Waiting, error: unknown): void;
  close(): Promise<void>;
}

export interface JournalEvents {
  /** Told each time that it changes. */
  readonly onSize: (size: number) => void;
  /** The disk takes nothing more; or takes again what is written. */
  readonly onFault: (error: Error | undefined) => void;
}
