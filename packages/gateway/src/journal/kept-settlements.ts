import type { Producer, Shard } from '@tollgate/core';
import { nameOf } from './memory-journal.ts';
import type { Place, ProducerLog } from './producer-log.ts';

/** Where a settlement that waits can be read: on disk, or in memory where the disk refused it. */
export interface Kept {
  readonly producer: Producer;
  readonly shard: Shard;
  at: { readonly log: ProducerLog; readonly place: Place } | { readonly body: string };
  /** It is to be given back to a store that may have lost what it had. */
  owed: boolean;
}

/** The settlements that wait, oldest first, and how many of each shard are owed to the store. */
export class KeptSettlements {
  readonly #kept = new Map<string, Kept>();
  readonly #owed = new Map<Shard, number>();

  get size(): number {
    return this.#kept.size;
  }

  values(): Iterable<Kept> {
    return this.#kept.values();
  }

  get(shard: Shard, producer: Producer): Kept | undefined {
    return this.#kept.get(nameOf(shard, producer));
  }

  keep(kept: Kept): void {
    this.#kept.set(nameOf(kept.shard, kept.producer), kept);
    if (kept.owed) this.#count(kept.shard, 1);
  }

  /** It stands elsewhere now. */
  move({ shard, producer }: Pick<Kept, 'shard' | 'producer'>, at: Kept['at']): void {
    const kept = this.get(shard, producer);
    if (kept !== undefined) kept.at = at;
  }

  forget(shard: Shard, producer: Producer): Kept | undefined {
    const kept = this.get(shard, producer);
    if (kept === undefined) return undefined;
    this.#kept.delete(nameOf(shard, producer));
    if (kept.owed) this.#count(shard, -1);
    return kept;
  }

  owe(shards: ReadonlySet<Shard>): void {
    for (const kept of this.#kept.values()) {
      if (kept.owed || !shards.has(kept.shard)) continue;
      kept.owed = true;
      this.#count(kept.shard, 1);
    }
  }

  owedTo(shard: Shard): number {
    return this.#owed.get(shard) ?? 0;
  }

  #count(shard: Shard, change: 1 | -1): void {
    this.#owed.set(shard, this.owedTo(shard) + change);
  }
}
