import type { NanoUsd, RepricingEvent, Shard, StreamedEvent, UsageEvent } from '@tollgate/core';
import { bookAgain, distinctPeriods } from './ledger.ts';
import { lostEvent, type LastHeard } from './lost-event.ts';
import { Numbering } from './numbering.ts';
import { newScopeState, type LeasedScopeState } from './scope-state.ts';
import type { Terms, TermsScope } from './terms.ts';

export interface MemoryRecord {
  terms: Terms;
  /** What a reaped call was charged. */
  estimate: NanoUsd | undefined;
  progress: { readonly nanoUsd: NanoUsd; readonly tokens: number };
  spared: boolean;
}

export const newRecord = (terms: Terms): MemoryRecord => ({
  terms,
  estimate: undefined,
  progress: { nanoUsd: 0n, tokens: 0 },
  spared: false,
});

/** How a call was charged. */
export interface BookedCharge {
  readonly replacesNanoUsd: NanoUsd;
  /** Budget periods, a line `kind period` each. */
  readonly periods: readonly string[];
  readonly nowMs: number;
}

/** What outlives a reservation that is over: an admit or a renewal that comes later makes nothing. */
export const tombstoneMs = 300_000;
/** After a settlement it has to outlive only what was on its way. */
export const settledTombstoneMs = 60_000;

/** The reservations of a shard, and all that they touch. */
export class MemoryShard {
  readonly records = new Map<string, MemoryRecord>();
  /** Deadlines in ms of reservations that are not reaped. */
  readonly index = new Map<string, number>();
  readonly numbering = new Numbering();
  reapedAtMs = 0;
  #sequence = 0;
  readonly #scopes = new Map<string, LeasedScopeState>();
  readonly #tombstones = new Map<string, number>();
  readonly #shard: Shard;
  readonly #onEvent: (entry: StreamedEvent) => void;

  constructor(shard: Shard, onEvent: (entry: StreamedEvent) => void) {
    this.#shard = shard;
    this.#onEvent = onEvent;
  }

  stateOf({ kind, id }: Pick<TermsScope, 'kind' | 'id'>): LeasedScopeState {
    const name = `${kind}:${id}`;
    const known = this.#scopes.get(name);
    if (known !== undefined) return known;
    const state = newScopeState(new Map<string, number>());
    this.#scopes.set(name, state);
    return state;
  }

  setLease(id: string, terms: Terms, deadlineMs: number): void {
    this.index.set(id, deadlineMs);
    for (const scope of terms.scopes) this.stateOf(scope).leases.set(id, deadlineMs);
  }

  endLease(id: string, terms: Terms): void {
    this.index.delete(id);
    for (const scope of terms.scopes) this.stateOf(scope).leases.delete(id);
  }

  isOver(id: string, nowMs: number): boolean {
    return (this.#tombstones.get(id) ?? 0) > nowMs;
  }

  leaveTombstone(id: string, { nowMs, livesMs }: { readonly nowMs: number; readonly livesMs: number }): void {
    this.records.delete(id);
    this.#tombstones.set(id, nowMs + livesMs);
    for (const [old, untilMs] of this.#tombstones) {
      if (untilMs > nowMs) break;
      this.#tombstones.delete(old);
    }
  }

  append(event: UsageEvent, terms: Terms, correctsNanoUsd: NanoUsd | undefined): void {
    const periods = terms.scopes.flatMap((scope) =>
      distinctPeriods(scope).map(({ periodId }) => `${scope.kind} ${periodId}`),
    );
    this.#write({ event, correctsNanoUsd, periods });
  }

  /** The twin of lua/reprice.lua, once it is known that the charges are still as they were. */
  reprice(event: RepricingEvent, { replacesNanoUsd, periods, nowMs }: BookedCharge): void {
    const nanoUsd = BigInt(event.cost_nano_usd) - replacesNanoUsd;
    const booked = [
      { kind: 'key', id: event.scope_id } as const,
      { kind: 'tenant', id: event.tenant } as const,
    ].flatMap((scope) => {
      const mine = periods.filter((line) => line.startsWith(`${scope.kind} `));
      const ids = mine.map((line) => line.slice(scope.kind.length + 1));
      return bookAgain(this.stateOf(scope), ids, { nanoUsd, nowMs }).map((id) => `${scope.kind} ${id}`);
    });
    this.#write({ event, correctsNanoUsd: replacesNanoUsd, periods: booked });
  }

  #write({ event, correctsNanoUsd, periods }: Omit<StreamedEvent, 'shard' | 'sequence'>): void {
    this.#sequence += 1;
    this.#onEvent({ shard: this.#shard, sequence: this.#sequence, event, correctsNanoUsd, periods });
  }

  appendLost(id: string, record: MemoryRecord, last: Omit<LastHeard, 'durationMs'> & { readonly nowMs: number }): void {
    const durationMs = last.nowMs - record.terms.admittedAtMs;
    this.append(lostEvent(id, record.terms.known, { ...last, durationMs }), record.terms, record.estimate);
  }
}
