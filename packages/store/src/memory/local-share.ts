import type { AdmitDecision, AdmitRequest, AdmitScope, Clock, Limits, Refusal, Shard, WindowUse } from '@tollgate/core';
import { reservationOf } from '../reservation.ts';
import { unreservedTerms } from '../scripts/unreserved-terms.ts';
import { bindingRefusal } from './refusal.ts';
import { Ring } from './ring.ts';
import { loadScope, newScopeState, standing, type LoadedScope, type ScopeState } from './scope-state.ts';

interface KnownScope extends Pick<AdmitScope, 'kind' | 'id'> {
  readonly state: ScopeState & { readonly leases: { size: number } };
  readonly shard: Shard;
  /** Admitted by this node alone since `giveBack`, in ms of their coming. */
  local: { readonly atMs: number; readonly tokens: number }[];
  tokensPerMinute: number | undefined;
}

const windowMs = 61_000;
/** Beyond this many scopes, those without use in the last minute are forgotten. */
const maxIdleScopes = 10_000;

/**
 * What this node alone admitted in the last minute, with Redis and without, and so how much of each limit it may still
 * admit while Redis is away: an equal share with the other nodes.
 */
export class LocalShare {
  readonly #clock: Clock;
  readonly #scopes = new Map<string, KnownScope>();
  /** The same: a caller's scopes are one array from call to call. */
  #byScopes = new WeakMap<readonly AdmitScope[], readonly KnownScope[]>();
  readonly #calls = new Map<string, readonly KnownScope[]>();
  #sweepAt = maxIdleScopes;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a call that Redis admitted. */
  charge(request: AdmitRequest): void {
    const nowMs = this.#clock.nowMs();
    for (const { state } of this.#knownOf(request)) {
      const ring = (state.ring = Ring.goOn(state.ring, nowMs, undefined));
      ring.add(ring.at, 1, request.estimatedTokens);
    }
    this.#hold(request);
  }

  /** Decides alone. Limits only: budgets have to be judged before. Undefined: the call is larger than this node's share. */
  admit(request: AdmitRequest, nodes: number): AdmitDecision | undefined {
    const loaded = this.#load(request, (limits) => shareOf(limits, nodes));
    const refusal = bindingRefusal(loaded, request.estimatedTokens);
    const standings = loaded.map(standing);
    if (refusal !== undefined) return isForGood(refusal) ? undefined : { kind: 'refused', refusal, standings };
    return this.#admitted(request, loaded);
  }

  /** Admits whatever the limits say. */
  admitUnlimited(request: AdmitRequest): AdmitDecision {
    return this.#admitted(request, this.#load(request, unlimited));
  }

  /** The call ended: its slot is free. */
  release(reservationId: string): void {
    for (const { state } of this.#calls.get(reservationId) ?? []) state.leases.size -= 1;
    this.#calls.delete(reservationId);
  }

  /** What was admitted without Redis in the last minute, to be counted there. `done` is to be called once it was. */
  giveBack(): readonly { readonly shard: Shard; readonly use: WindowUse; readonly done: () => void }[] {
    const sinceMs = this.#clock.nowMs() - windowMs;
    return [...this.#scopes.values()].flatMap((known) => {
      const local = (known.local = known.local.filter(({ atMs }) => atMs > sinceMs));
      if (local.length === 0) return [];
      const requests = local.length;
      const tokens = local.reduce((sum, call) => sum + call.tokens, 0);
      const { shard, kind, id: scopeId, tokensPerMinute } = known;
      const done = (): void => void known.local.splice(0, requests);
      return [{ shard, use: { kind, scopeId, requests, tokens, tokensPerMinute }, done }];
    });
  }

  #admitted(request: AdmitRequest, loaded: readonly LoadedScope[]): AdmitDecision {
    const nowMs = this.#clock.nowMs();
    this.#take(request, loaded);
    this.#knownOf(request).forEach((known, index) => {
      known.local.push({ atMs: nowMs, tokens: request.estimatedTokens });
      known.tokensPerMinute = request.scopes[index]?.limits.tokensPerMinute;
    });
    const terms = unreservedTerms(request, nowMs);
    return {
      kind: 'admitted',
      reservation: reservationOf(request, { terms, admittedAtMs: nowMs, loweredNanoUsd: undefined }),
      standings: loaded.map(standing),
      outputCapTokens: undefined,
      isAlone: true,
    };
  }

  #take(request: AdmitRequest, loaded: readonly LoadedScope[]): void {
    for (const { ring, state } of loaded) {
      ring.add(ring.at, 1, request.estimatedTokens);
      state.ring = ring;
    }
    this.#hold(request);
  }

  #hold(request: AdmitRequest): void {
    if (this.#calls.has(request.reservationId)) return;
    const known = this.#knownOf(request);
    for (const { state } of known) state.leases.size += 1;
    this.#calls.set(request.reservationId, known);
    if (this.#scopes.size > this.#sweepAt) this.#forgetIdle();
  }

  #load(request: AdmitRequest, limitsOf: (limits: Limits) => Limits): readonly LoadedScope[] {
    const call = { nowMs: this.#clock.nowMs(), boundNanoUsd: undefined, expectedNanoUsd: 0n };
    return this.#knownOf(request).flatMap(({ state }, index) => {
      const scope = request.scopes[index];
      return scope ? [loadScope(state, { ...scope, limits: limitsOf(scope.limits), budgets: [] }, call)] : [];
    });
  }

  #knownOf({ scopes, caller }: AdmitRequest): readonly KnownScope[] {
    const known = this.#byScopes.get(scopes);
    if (known !== undefined) return known;
    const found = scopes.map((scope) => this.#known(caller.tenant.shard, scope));
    this.#byScopes.set(scopes, found);
    return found;
  }

  #known(shard: Shard, { kind, id }: Pick<AdmitScope, 'kind' | 'id'>): KnownScope {
    const name = `${kind}:${id}`;
    const known = this.#scopes.get(name);
    if (known !== undefined) return known;
    const fresh: KnownScope = {
      kind,
      id,
      state: newScopeState({ size: 0 }),
      shard,
      local: [],
      tokensPerMinute: undefined,
    };
    this.#scopes.set(name, fresh);
    return fresh;
  }

  #forgetIdle(): void {
    const nowSecond = Math.floor(this.#clock.nowMs() / 1000);
    for (const [name, { state, local }] of this.#scopes) {
      const isIdle = state.ring === undefined || state.ring.at < nowSecond - windowMs / 1000;
      if (isIdle && state.leases.size === 0 && local.length === 0) this.#scopes.delete(name);
    }
    // Else what comes for a scope that was forgotten would be counted where nobody looks.
    this.#byScopes = new WeakMap();
    // Doubling keeps the sweep off most calls where none of the scopes is idle.
    this.#sweepAt = Math.max(maxIdleScopes, 2 * this.#scopes.size);
  }
}

const unlimited = (): Limits => ({ requestsPerMinute: undefined, tokensPerMinute: undefined, concurrency: undefined });

const shareOf = ({ requestsPerMinute, tokensPerMinute, concurrency }: Limits, nodes: number): Limits => {
  const share = (limit: number | undefined) => (limit === undefined ? undefined : Math.floor(limit / nodes));
  return {
    requestsPerMinute: share(requestsPerMinute),
    tokensPerMinute: share(tokensPerMinute),
    concurrency: share(concurrency),
  };
};

/** Of the share, which is not the limit: with Redis the call could pass. */
const isForGood = ({ reason }: Refusal): boolean => reason === 'too_large';
