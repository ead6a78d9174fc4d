import type { NanoUsd, Shard, StreamedEvent, UsageEvent } from '@tollgate/core';
import { distinctPeriods } from './ledger.ts';
import { lostEvent, type LastHeard } from './lost-event.ts';
import { Numbering } from './numbering.ts';
import { newScopeState, type ScopeState } from './scope-state.ts';
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

/** What outlives a reservation that was given up: an admit that comes later makes nothing. */
const tombstoneMs = 300_000;

/** The reservations of a shard, and all that they touch. */
export class MemoryShard {
  readonly records = new Map<string, MemoryRecord>();
  /** Deadlines in ms of reservations that are not reaped. */
  readonly index = new Map<string, number>();
  readonly numbering = new Numbering();
  reapedAtMs = 0;
  #sequence = 0;
  readonly #scopes = new Map<string, ScopeState>();
  readonly #tombstones = new Map<string, number>();
  readonly #shard: Shard;
  readonly #onEvent: (entry: StreamedEvent) => void;

  constructor(shard: Shard, onEvent: (entry: StreamedEvent) => void) {
    this.#shard = shard;
    this.#onEvent = onEvent;
  }

  stateOf({ kind, id }: Pick<TermsScope, 'kind' | 'id'>): ScopeState {
    const name = `${kind}:${id}`;
    const known = this.#scopes.get(name);
    if (known !== undefined) return known;
    const state = newScopeState();
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

  leaveTombstone(id: string, nowMs: number): void {
    this.records.delete(id);
    this.#tombstones.set(id, nowMs + tombstoneMs);
    for (const [old, untilMs] of this.#tombstones) {
      if (untilMs > nowMs) break;
      this.#tombstones.delete(old);
    }
  }

  append(event: UsageEvent, terms: Terms, correctsNanoUsd: NanoUsd | undefined): void {
    this.#sequence += 1;
    const periods = terms.scopes.flatMap((scope) =>
      distinctPeriods(scope).map(({ periodId }) => `${scope.kind} ${periodId}`),
    );
    this.#onEvent({ shard: this.#shard, sequence: this.#sequence, event, correctsNanoUsd, periods });
  }

  appendLost(id: string, record: MemoryRecord, last: Omit<LastHeard, 'durationMs'> & { readonly nowMs: number }): void {
    const durationMs = last.nowMs - record.terms.admittedAtMs;
    this.append(lostEvent(id, record.terms.known, { ...last, durationMs }), record.terms, record.estimate);
  }
}
