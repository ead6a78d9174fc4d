import {
  StoreError,
  usageEventSchema,
  type AdmissionStore,
  type AdmitDecision,
  type AdmitRequest,
  type AdmitScope,
  type Clock,
  type LeaseProgress,
  type RenewResult,
  type Reservation,
  type ScopeStanding,
  type Settlement,
  type SettleResult,
  type Shard,
} from '@tollgate/core';
import { admitScript, type AdmitReply } from '../scripts/admit.ts';
import { encodeKnown, knownBeforehand } from '../scripts/event-draft.ts';
import { reapScript, renewScript, settleScript, standingsScript, voidScript } from '../scripts/reservation-scripts.ts';
import { assertAmount, assertPrintable, assertQuantity, encodeScopes, parseStandings } from '../scripts/scopes.ts';
import { callScript, type ScriptCall } from '../scripts/script.ts';
import { decide } from './decide.ts';
import { shardKeys, type ShardKeys } from './key-names.ts';
import type { RedisLink } from './link.ts';
import type { ServerClock } from './server-clock.ts';
import { UnwantedReservations } from './unwanted-reservations.ts';

export interface RedisAdmissionOptions {
  readonly link: RedisLink;
  readonly keyPrefix: string;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly maxBacklogEvents: number;
  readonly onFault: (error: unknown) => void;
}

/** Limits, budgets and money of all nodes, in Redis: each method is one script and one round trip. */
export class RedisAdmissionStore implements AdmissionStore {
  readonly #options: RedisAdmissionOptions;
  readonly #link: RedisLink;
  readonly #unwanted: UnwantedReservations;

  constructor(options: RedisAdmissionOptions) {
    this.#options = options;
    this.#link = options.link;
    this.#unwanted = new UnwantedReservations({
      void: async (reservation) => {
        await this.#link.send(voidScript, this.#voidCall(reservation));
      },
      onFault: options.onFault,
    });
  }

  async admit(request: AdmitRequest): Promise<AdmitDecision> {
    const { shard } = request.caller.tenant;
    const reply = await this.#unlessLate(shard, () => this.#admitOnce(request));
    return decide(request, reply);
  }

  async settle({ reservation, producer, actualTokens, actualNanoUsd, event }: Settlement): Promise<SettleResult> {
    const names = this.#names(reservation.shard);
    return this.#link.run(
      settleScript,
      callScript(settleScript, {
        keys: {
          reservation: names.reservation(reservation.reservationId),
          index: names.index,
          stream: names.stream,
          meta: names.meta,
          producer: names.producer(producer.id),
        },
        args: {
          base: names.base,
          id: reservation.reservationId,
          number: assertQuantity(producer.sequence),
          tokens: assertQuantity(actualTokens),
          amount: assertAmount(actualNanoUsd),
          terms: reservation.terms,
          event: JSON.stringify(usageEventSchema.parse(event)),
        },
      }),
    );
  }

  async void(reservation: Pick<Reservation, 'reservationId' | 'shard'>): Promise<void> {
    await this.#link.run(voidScript, this.#voidCall(reservation));
  }

  renew(leases: readonly LeaseProgress[], leaseMs: number): Promise<readonly RenewResult[]> {
    return Promise.all(leases.map((lease) => this.#renewOne(lease, leaseMs)));
  }

  async reap(shard: Shard, atMost: number): Promise<number> {
    const { base, index, stream, meta } = this.#names(shard);
    return this.#link.run(
      reapScript,
      callScript(reapScript, { keys: { index, stream, meta }, args: { base, most: assertQuantity(atMost) } }),
    );
  }

  async standings(shard: Shard, scopes: readonly AdmitScope[]): Promise<readonly ScopeStanding[]> {
    const { base, index } = this.#names(shard);
    const [count = '0', ...rest] = encodeScopes(scopes, { boundNanoUsd: 0n, expectedNanoUsd: 0n });
    const reply = await this.#link.run(
      standingsScript,
      callScript(standingsScript, { keys: { index }, args: { base, scopes: count }, rest }),
    );
    return parseStandings(reply.standings, scopes);
  }

  /** To be called when the connection is there again. */
  async reconnected(): Promise<void> {
    await this.#unwanted.retry();
  }

  async #admitOnce(request: AdmitRequest): Promise<AdmitReply> {
    if (!this.#link.ready) throw new StoreError('unavailable', 'Redis is not connected');
    const sent = this.#link.send(admitScript, this.#admitCall(request));
    try {
      return await this.#link.within(sent);
    } catch (error) {
      const mayHaveRun = error instanceof StoreError && (error.code === 'timeout' || error.code === 'unavailable');
      if (mayHaveRun) void this.#disown(request, sent);
      throw error;
    }
  }

  /** Whatever becomes of an admission that nobody waits for any more, nothing stays reserved. */
  async #disown({ reservationId, caller }: AdmitRequest, sent: Promise<AdmitReply>): Promise<void> {
    const madeNothing = await sent.then(
      ({ kind }) => kind !== 'admitted',
      () => false,
    );
    if (!madeNothing) await this.#unwanted.add({ reservationId, shard: caller.tenant.shard });
  }

  async #renewOne({ reservation, tokens, nanoUsd }: LeaseProgress, leaseMs: number): Promise<RenewResult> {
    const names = this.#names(reservation.shard);
    const { kind } = await this.#unlessLate(reservation.shard, () =>
      this.#link.run(
        renewScript,
        callScript(renewScript, {
          keys: {
            reservation: names.reservation(reservation.reservationId),
            index: names.index,
            key: names.key(reservation.keyId),
            tenant: names.tenant(reservation.tenant),
          },
          args: {
            base: names.base,
            id: reservation.reservationId,
            notAfter: this.#notAfter(reservation.shard),
            lease: assertQuantity(leaseMs),
            progress: assertAmount(nanoUsd),
            tokens: assertQuantity(tokens),
            terms: reservation.terms,
          },
        }),
      ),
    );
    return kind;
  }

  /** Asks again, once, when Redis says `late` though we still wait: its clock is ahead of what we had learnt. */
  async #unlessLate<Reply extends { readonly kind: string; readonly nowMs: number }>(
    shard: Shard,
    ask: () => Promise<Reply>,
  ): Promise<Exclude<Reply, { readonly kind: 'late' }>> {
    for (let tries = 1; tries <= 2; tries += 1) {
      const sentAtMs = this.#options.clock.monotonicMs();
      const reply = await ask();
      this.#options.serverClock.learn(shard, reply.nowMs, sentAtMs);
      if (isInTime(reply)) return reply;
    }
    throw new StoreError('timeout', 'Redis says that it was asked too late, twice: its clock jumps');
  }

  #admitCall(request: AdmitRequest): ScriptCall {
    const { reservationId, caller, scopes, boundNanoUsd, expectedNanoUsd } = request;
    const names = this.#names(caller.tenant.shard);
    const [count = '0', ...rest] = encodeScopes(scopes, { boundNanoUsd, expectedNanoUsd });
    return callScript(admitScript, {
      keys: {
        key: names.key(caller.key.keyId),
        tenant: names.tenant(caller.tenant.name),
        reservation: names.reservation(assertPrintable(reservationId)),
        index: names.index,
        stream: names.stream,
      },
      args: {
        base: names.base,
        id: reservationId,
        notAfter: this.#notAfter(caller.tenant.shard),
        keyVersion: caller.key.version,
        tenantVersion: caller.tenant.version,
        backlog: this.#options.maxBacklogEvents,
        tokens: assertQuantity(request.estimatedTokens),
        bound: boundNanoUsd === undefined ? '' : assertAmount(boundNanoUsd),
        expected: assertAmount(expectedNanoUsd),
        lease: assertQuantity(request.leaseMs),
        draft: encodeKnown(knownBeforehand(request)),
        scopes: count,
      },
      rest,
    });
  }

  #voidCall({ reservationId, shard }: Pick<Reservation, 'reservationId' | 'shard'>): ScriptCall {
    const { base, index, stream, meta, reservation } = this.#names(shard);
    return callScript(voidScript, {
      keys: { reservation: reservation(reservationId), index, stream, meta },
      args: { base, id: reservationId },
    });
  }

  /** 0, which is never, until the first reply of the shard. */
  #notAfter(shard: Shard): number {
    return this.#options.serverClock.inMs(shard, this.#link.timeoutMs) ?? 0;
  }

  #names(shard: Shard): ShardKeys {
    return shardKeys(this.#options.keyPrefix, shard);
  }
}

const isInTime = <Reply extends { readonly kind: string }>(
  reply: Reply,
): reply is Exclude<Reply, { readonly kind: 'late' }> => reply.kind !== 'late';
