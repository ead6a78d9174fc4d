import {
  usageEventSchema,
  type AdmissionStore,
  type AdmitDecision,
  type AdmitRequest,
  type AdmitScope,
  type AppliedNumbers,
  type Clock,
  type FurtherCost,
  type LeaseProgress,
  type LedgerScope,
  type LedgerRecovery,
  type LedgerState,
  type NanoUsd,
  type RenewResult,
  type RepricingEvent,
  type Reservation,
  type ScopeStanding,
  type Settlement,
  type SettleResult,
  type Shard,
  type StreamedEvent,
  type WindowUse,
} from '@tollgate/core';
import { assertAmount, assertOutputCost, assertPrintable, assertQuantity, type CallMoney } from '../scripts/scopes.ts';
import { extendedReservation, givenUp, reservationOf } from '../reservation.ts';
import { bookMoney, holdMoney, moneyFields, release, releaseMoney } from './ledger.ts';
import { lowerOutput } from './lower-output.ts';
import type { MemoryKeyStore } from './memory-keys.ts';
import { MemoryShard, newRecord, settledTombstoneMs, tombstoneMs, type BookedCharge } from './memory-shard.ts';
import { reapShard } from './reap.ts';
import { bindingRefusal } from './refusal.ts';
import { Ring } from './ring.ts';
import { loadScope, standing, type LoadedScope } from './scope-state.ts';
import { agree, extendTerms, readTerms, writeTerms, type Terms } from './terms.ts';
import { correctTokens, giveBack } from './window.ts';

/** The twin of the scripts for a single process: same decisions, same results, by its own clock. */
export class MemoryAdmissionStore implements AdmissionStore, LedgerRecovery {
  readonly #shards = new Map<Shard, MemoryShard>();
  readonly #keys: MemoryKeyStore;
  readonly #clock: Clock;
  readonly #onEvent: (entry: StreamedEvent) => void;

  constructor(options: {
    readonly keys: MemoryKeyStore;
    readonly clock: Clock;
    readonly onEvent: (entry: StreamedEvent) => void;
  }) {
    this.#keys = options.keys;
    this.#clock = options.clock;
    this.#onEvent = options.onEvent;
  }

  async admit(request: AdmitRequest): Promise<AdmitDecision> {
    const { reservationId, caller } = request;
    assertRequest(request);
    const nowMs = this.#clock.nowMs();
    const shard = this.#shard(caller.tenant.shard);
    const loaded = loadScopes(shard, request.scopes, { ...request, nowMs });
    if (shard.isOver(reservationId, nowMs)) throw givenUp();
    const known = shard.records.get(reservationId);
    if (known !== undefined) return admitted(request, known.terms, loaded);

    const rejection = this.#keys.rejection(caller, nowMs);
    if (rejection !== undefined) return rejection;
    const { scopes, lowered } = lowerOutput(loaded, request);
    const refusal = bindingRefusal(scopes, request.estimatedTokens);
    if (refusal !== undefined) return { kind: 'refused', refusal, standings: loaded.map(standing) };

    const terms = agree(request, { scopes, lowered, nowMs });
    for (const { ring, state } of loaded) {
      ring.add(ring.at, 1, request.estimatedTokens);
      state.ring = ring;
    }
    shard.records.set(reservationId, newRecord(terms));
    for (const scope of terms.scopes) holdMoney(shard.stateOf(scope), scope, nowMs);
    shard.setLease(reservationId, terms, nowMs + request.leaseMs);
    return admitted(request, terms, loaded);
  }

  async extend(reservation: Reservation, further: FurtherCost): Promise<Reservation | undefined> {
    const { boundNanoUsd, expectedNanoUsd } = further;
    if (boundNanoUsd !== undefined) assertAmount(boundNanoUsd);
    assertAmount(expectedNanoUsd);
    const shard = this.#shard(reservation.shard);
    const record = shard.records.get(reservation.reservationId);
    if (record === undefined || record.estimate !== undefined) return undefined;
    if (!covers(shard, record.terms, boundNanoUsd)) return undefined;
    const terms = extendTerms(record.terms, further);
    for (const scope of record.terms.scopes) releaseMoney(shard.stateOf(scope), scope);
    for (const scope of terms.scopes) holdMoney(shard.stateOf(scope), scope, this.#clock.nowMs());
    record.terms = terms;
    return extendedReservation(reservation, further, writeTerms(terms));
  }

  async settle({ reservation, producer, actualTokens, actualNanoUsd, event }: Settlement): Promise<SettleResult> {
    const nowMs = this.#clock.nowMs();
    const { reservationId } = reservation;
    const shard = this.#shard(reservation.shard);
    assertAmount(actualNanoUsd);
    assertQuantity(actualTokens);
    const checked = usageEventSchema.parse(event);
    if (shard.numbering.applied(producer)) return 'duplicate';
    const record = shard.records.get(reservationId);
    const terms = record?.terms ?? readTerms(reservation.terms);
    for (const scope of terms.scopes) {
      const state = shard.stateOf(scope);
      bookMoney(state, scope, { nanoUsd: actualNanoUsd, nowMs });
      if (record === undefined) continue;
      correctTokens(state, scope, { surplus: actualTokens - terms.tokens, nowMs });
      release(state, scope, { estimate: record.estimate, nowMs });
    }
    shard.endLease(reservationId, terms);
    shard.leaveTombstone(reservationId, { nowMs, livesMs: record === undefined ? tombstoneMs : settledTombstoneMs });
    shard.numbering.note(producer);
    shard.append(checked, terms, record?.estimate);
    if (record === undefined) return 'unreserved';
    return record.estimate === undefined ? 'settled' : 'corrected';
  }

  async void({ reservationId, shard: name }: Pick<Reservation, 'reservationId' | 'shard'>): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const shard = this.#shard(name);
    const record = shard.records.get(reservationId);
    if (record !== undefined) {
      for (const scope of record.terms.scopes) {
        const state = shard.stateOf(scope);
        giveBack(state, scope, { tokens: record.terms.tokens, nowMs });
        release(state, scope, { estimate: record.estimate, nowMs });
      }
      shard.endLease(reservationId, record.terms);
      if (record.estimate !== undefined) {
        shard.appendLost(reservationId, record, { lost: false, nanoUsd: 0n, tokens: 0, nowMs });
      }
    }
    shard.leaveTombstone(reservationId, { nowMs, livesMs: tombstoneMs });
  }

  async renew(leases: readonly LeaseProgress[], leaseMs: number): Promise<readonly RenewResult[]> {
    return leases.map((lease) => this.#renewOne(lease, leaseMs));
  }

  async reap(shard: Shard, atMost: number): Promise<number> {
    return reapShard(this.#shard(shard), atMost, this.#clock.nowMs());
  }

  async standings(shard: Shard, scopes: readonly AdmitScope[]): Promise<readonly ScopeStanding[]> {
    const call = { nowMs: this.#clock.nowMs(), boundNanoUsd: 0n, expectedNanoUsd: 0n };
    return loadScopes(this.#shard(shard), scopes, call).map(standing);
  }

  /** What a scope has spent, by the fields that Redis has for it. */
  moneyOf(shard: Shard, scope: LedgerScope): ReadonlyMap<string, string> {
    return moneyFields(this.#shard(shard).stateOf(scope));
  }

  /** Books a charge that takes the place of another, and writes its event. */
  reprice(shard: Shard, event: RepricingEvent, charge: Omit<BookedCharge, 'nowMs'>): void {
    this.#shard(shard).reprice(event, { ...charge, nowMs: this.#clock.nowMs() });
  }

  async applied(shard: Shard, producerId: string): Promise<AppliedNumbers> {
    return this.#shard(shard).numbering.numbers(producerId);
  }

  /** Memory that restarts is empty: there is nothing to give back to it. */
  async rejoin(): Promise<LedgerState> {
    return { kind: 'whole', run: 'memory' };
  }

  async chargeWindow(shard: Shard, { kind, scopeId, requests, tokens, tokensPerMinute }: WindowUse): Promise<void> {
    const state = this.#shard(shard).stateOf({ kind, id: scopeId });
    const ring = Ring.open(state.ring, this.#clock.nowMs(), tokensPerMinute);
    ring.add(ring.at, requests, tokens);
    state.ring = ring;
  }

  #renewOne({ reservation, tokens, nanoUsd }: LeaseProgress, leaseMs: number): RenewResult {
    const nowMs = this.#clock.nowMs();
    const { reservationId } = reservation;
    const shard = this.#shard(reservation.shard);
    if (!this.#keys.mayUse(reservation, nowMs) || shard.isOver(reservationId, nowMs)) return 'revoked';
    const known = shard.records.get(reservationId);
    const record = known ?? newRecord(readTerms(reservation.terms));
    const leased = shard.index.has(reservationId);
    shard.setLease(reservationId, record.terms, nowMs + leaseMs);
    if (known === undefined) {
      shard.records.set(reservationId, record);
      for (const scope of record.terms.scopes) holdMoney(shard.stateOf(scope), scope, nowMs);
    }
    if (nanoUsd >= record.progress.nanoUsd) record.progress = { nanoUsd, tokens };
    record.spared = false;
    return leased ? 'renewed' : 'readopted';
  }

  #shard(name: Shard): MemoryShard {
    const known = this.#shards.get(name);
    if (known !== undefined) return known;
    const shard = new MemoryShard(name, this.#onEvent);
    this.#shards.set(name, shard);
    return shard;
  }
}

function assertRequest(request: AdmitRequest): void {
  const { reservationId, estimatedTokens, leaseMs, boundNanoUsd, expectedNanoUsd, outputCost } = request;
  assertPrintable(reservationId);
  assertQuantity(estimatedTokens);
  assertQuantity(leaseMs);
  if (boundNanoUsd !== undefined) assertAmount(boundNanoUsd);
  assertAmount(expectedNanoUsd);
  if (outputCost !== undefined) assertOutputCost(outputCost);
}

/** Whether every hard budget of the call has so much left. */
const covers = (shard: MemoryShard, { scopes, firm }: Terms, boundNanoUsd: NanoUsd | undefined): boolean =>
  !firm ||
  (boundNanoUsd !== undefined &&
    scopes.every((scope) =>
      scope.holds.every(({ cap, periodId }) => {
        const { spent = 0n, held = 0n } = shard.stateOf(scope).periods.get(periodId) ?? {};
        return cap === undefined || boundNanoUsd <= cap - spent - held;
      }),
    ));

const loadScopes = (
  shard: MemoryShard,
  scopes: readonly AdmitScope[],
  call: { readonly nowMs: number } & CallMoney,
): readonly LoadedScope[] => scopes.map((scope) => loadScope(shard.stateOf(scope), scope, call));

const admitted = (request: AdmitRequest, terms: Terms, loaded: readonly LoadedScope[]): AdmitDecision => ({
  kind: 'admitted',
  reservation: reservationOf(request, {
    terms: writeTerms(terms),
    admittedAtMs: terms.admittedAtMs,
    loweredNanoUsd: terms.outputCapTokens === undefined ? undefined : terms.estimate,
  }),
  standings: loaded.map(standing),
  outputCapTokens: terms.outputCapTokens,
});
