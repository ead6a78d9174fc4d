import type { Shard } from '@tollgate/core';
import type { Waiting } from './waiting.ts';

/** So many that are over may stand among those that wait. */
const sweepBeyond = 64;

/** The settlements that wait, oldest first, and how many of each shard are owed to the store. */
export class KeptSettlements {
  /** With those that are over, until they are swept out. No Map: see what a call leaves there in docs/performance.md. */
  #kept: Waiting[] = [];
  #size = 0;
  readonly #owed = new Map<Shard, number>();

  get size(): number {
    return this.#size;
  }

  *values(): Iterable<Waiting> {
    for (const waiting of this.#kept) if (waiting.isKept) yield waiting;
  }

  keep(waiting: Waiting): void {
    this.#kept.push(waiting);
    this.#size += 1;
    if (waiting.isOwed) this.#count(waiting.shard, 1);
  }

  /** False where it waited no more. */
  forget(waiting: Waiting): boolean {
    if (!waiting.isKept) return false;
    waiting.isKept = false;
    this.#size -= 1;
    if (waiting.isOwed) this.#count(waiting.shard, -1);
    if (this.#kept.length > 2 * this.#size + sweepBeyond) this.#kept = this.#kept.filter(({ isKept }) => isKept);
    return true;
  }

  /** The numbers of a producer's that wait. */
  numbersOf(of: Shard, producerId: string): Set<number> {
    const numbers = new Set<number>();
    for (const { shard, producer } of this.values()) {
      if (shard === of && producer.id === producerId) numbers.add(producer.sequence);
    }
    return numbers;
  }

  owe(shards: ReadonlySet<Shard>): void {
    for (const waiting of this.values()) {
      if (waiting.isOwed || !shards.has(waiting.shard)) continue;
      waiting.isOwed = true;
      this.#count(waiting.shard, 1);
    }
  }

  owedTo(shard: Shard): number {
    return this.#owed.get(shard) ?? 0;
  }

  #count(shard: Shard, change: 1 | -1): void {
    this.#owed.set(shard, this.owedTo(shard) + change);
  }
}
