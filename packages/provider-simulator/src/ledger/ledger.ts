import type { NanoUsd } from '@tollgate/core';
import type { LedgerEntry } from './ledger-entry.ts';

export interface LedgerTotals {
  readonly callsBegun: number;
  readonly callsEnded: number;
  readonly costNanoUsd: NanoUsd;
}

interface Waiter {
  readonly reached: () => boolean;
  readonly resolve: () => void;
}

/** The latest `capacity` calls, and sums over all since it was cleared. */
export class Ledger {
  readonly #capacity: number;
  #ring: LedgerEntry[] = [];
  #next = 0;
  #begun = 0;
  #ended = 0;
  #costNanoUsd: NanoUsd = 0n;
  readonly #waiters = new Set<Waiter>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  begin(): void {
    this.#begun += 1;
    this.#wake();
  }

  append(entry: LedgerEntry): void {
    if (this.#ring.length < this.#capacity) this.#ring.push(entry);
    else this.#ring[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#capacity;
    this.#ended += 1;
    this.#costNanoUsd += entry.costNanoUsd;
    this.#wake();
  }

  /** In the order in which calls ended. */
  entries(): readonly LedgerEntry[] {
    const oldest = this.#ring.length < this.#capacity ? 0 : this.#next;
    return [...this.#ring.slice(oldest), ...this.#ring.slice(0, oldest)];
  }

  totals(): LedgerTotals {
    return { callsBegun: this.#begun, callsEnded: this.#ended, costNanoUsd: this.#costNanoUsd };
  }

  /** Forgets all calls that have ended; those in flight count as begun. */
  clear(): void {
    this.#ring = [];
    this.#next = 0;
    this.#begun -= this.#ended;
    this.#ended = 0;
    this.#costNanoUsd = 0n;
  }

  /** Resolves once so many calls have ended since the ledger was cleared. */
  waitForCalls(count: number): Promise<void> {
    return this.#wait(() => this.#ended >= count);
  }

  /** Resolves once so many calls have arrived since the ledger was cleared. */
  waitForCallsBegun(count: number): Promise<void> {
    return this.#wait(() => this.#begun >= count);
  }

  #wait(reached: () => boolean): Promise<void> {
    if (reached()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.add({ reached, resolve }));
  }

  #wake(): void {
    for (const waiter of this.#waiters) {
      if (!waiter.reached()) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }
}
