import {
  StoreError,
  type StoreErrorCode,
  type AdmissionStore,
  type AdmitDecision,
  type AdmitRequest,
  type AdmitScope,
  type Clock,
  type FurtherCost,
  type LeaseProgress,
  type RenewResult,
  type Reservation,
  type ScopeStanding,
  type Settlement,
  type SettleResult,
  type Shard,
} from '@tollgate/core';
import { admitScript, type AdmitReply } from '../scripts/admit.ts';
import {
  extendScript,
  reapScript,
  renewScript,
  settleScript,
  standingsScript,
  voidScript,
} from '../scripts/reservation-scripts.ts';
import { draftOf } from '../scripts/event-draft.ts';
import { assertQuantity, parseStandings, scopeLines } from '../scripts/scopes.ts';
import { callScript, type Script, type ScriptCall } from '../scripts/script.ts';
import { extendedReservation } from '../reservation.ts';
import { decide } from './decide.ts';
import { shardKeys, type ShardKeys } from './key-names.ts';
import type { RedisLink } from './link.ts';
import type { ReplicatedRuns } from './replicated-runs.ts';
import { AdmitCalls, extendCall, renewCall, settleCall, voidCall } from './reservation-calls.ts';
import type { ServerClock } from './server-clock.ts';
import { UnwantedReservations } from './unwanted-reservations.ts';

export interface RedisAdmissionOptions {
  readonly link: RedisLink;
  /** Where an admission counts only once a replica has it. */
  readonly replicated?: ReplicatedRuns | undefined;
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
  readonly #admitCalls: AdmitCalls;
  /** There are 64. */
  readonly #namesByShard = new Map<Shard, ShardKeys>();

  constructor(options: RedisAdmissionOptions) {
    this.#options = options;
    this.#link = options.link;
    this.#admitCalls = new AdmitCalls(options.maxBacklogEvents);
    this.#unwanted = new UnwantedReservations({
      void: async ({ reservationId, shard }) => {
        await this.#link.send(voidScript, voidCall(this.#names(shard), reservationId));
      },
      onFault: options.onFault,
      clock: options.clock,
    });
  }

  async admit(request: AdmitRequest): Promise<AdmitDecision> {
    const { shard } = request.caller.tenant;
    const draft = draftOf(request);
    const reply = await this.#unlessLate(
      shard,
      (notAfter) => this.#sendAdmit(request, { notAfter, draft }),
      (sent) => void this.#disown(request, sent),
    );
    return decide(request, draft, reply);
  }

  async extend(reservation: Reservation, further: FurtherCost): Promise<Reservation | undefined> {
    const { shard } = reservation;
    const reply = await this.#unlessLate(shard, (notAfter) => {
      const call = extendCall(this.#names(shard), reservation, { ...further, notAfter });
      return this.#sendLasting(extendScript, call, shard);
    });
    return reply.kind === 'extended' ? extendedReservation(reservation, further, reply.terms) : undefined;
  }

  async settle(settlement: Settlement): Promise<SettleResult> {
    const result = await this.#settleOnce(settlement, '');
    if (result !== 'wanting') return result;
    const lost = await this.#settleOnce(settlement, settlement.reservation.terms);
    if (lost === 'wanting') throw new TypeError('a reservation has no terms');
    return lost;
  }

  async void({ reservationId, shard }: Pick<Reservation, 'reservationId' | 'shard'>): Promise<void> {
    await this.#link.run(voidScript, voidCall(this.#names(shard), reservationId));
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
    const reply = await this.#link.run(
      standingsScript,
      callScript(standingsScript, { keys: { index }, args: { base, scopes: scopeLines(scopes) } }),
    );
    return parseStandings(reply.standings, 0, scopes);
  }

  /** To be called when the connection is there again. */
  async reconnected(): Promise<void> {
    await this.#unwanted.retry();
  }

  #sendAdmit(request: AdmitRequest, words: { readonly notAfter: number; readonly draft: string }): Promise<AdmitReply> {
    // Else the call would be put into words in vain, and taken back as one that may have been made.
    if (!this.#link.ready) throw new StoreError('unavailable', 'Redis is not connected');
    const { shard } = request.caller.tenant;
    return this.#sendLasting(admitScript, this.#admitCalls.of(this.#names(shard), request, words), shard);
  }

  #settleOnce(settlement: Settlement, terms: string): Promise<SettleResult | 'wanting'> {
    const call = settleCall(this.#names(settlement.reservation.shard), settlement, terms);
    return this.#link.run(settleScript, call);
  }

  /** What a fail-over must not forget: rejects with StoreError `unreplicated` where a replica is wanted and none has it in time. */
  #sendLasting<Reply extends { readonly kind: string }>(
    script: Script<string, string, Reply>,
    call: ScriptCall,
    shard: Shard,
  ): Promise<Reply> {
    const { replicated } = this.#options;
    return replicated === undefined
      ? this.#link.send(script, call)
      : sendReplicated(replicated.run(script, call, shard));
  }

  /** Whatever becomes of an admission that nobody waits for any more, nothing stays reserved. */
  async #disown({ reservationId, caller }: AdmitRequest, sent: Promise<AdmitReply>): Promise<void> {
    const madeNothing = await sent.then(
      ({ kind }) => kind !== 'admitted',
      () => false,
    );
    if (!madeNothing) await this.#unwanted.add({ reservationId, shard: caller.tenant.shard });
  }

  async #renewOne(lease: LeaseProgress, leaseMs: number): Promise<RenewResult> {
    const { shard } = lease.reservation;
    const { kind } = await this.#unlessLate(shard, (notAfter) =>
      this.#link.send(renewScript, renewCall(this.#names(shard), lease, { leaseMs, notAfter })),
    );
    return kind;
  }

  /**
   * Asks with the time of Redis' clock from which on we no longer wait, and once again when Redis says `late` though we still wait: its
   * clock is ahead of what we had learnt. `abandon` hears of what was sent, is not waited for any more, and may yet be done.
   */
  async #unlessLate<Reply extends { readonly kind: string; readonly nowMs: number }>(
    shard: Shard,
    send: (notAfter: number) => Promise<Reply>,
    abandon?: (sent: Promise<Reply>) => void,
  ): Promise<Exclude<Reply, { readonly kind: 'late' }>> {
    const { clock, serverClock } = this.#options;
    for (let tries = 1; tries <= 2; tries += 1) {
      const sentAtMs = clock.monotonicMs();
      // 0, which is never, until the first reply of the shard.
      const sent = send(serverClock.inMs(shard, this.#link.timeoutMs) ?? 0);
      let reply: Reply;
      try {
        reply = await this.#link.within(sent);
      } catch (error) {
        if (error instanceof StoreError && mayHaveRun.has(error.code)) abandon?.(sent);
        throw error;
      }
      serverClock.learn(shard, reply.nowMs, sentAtMs);
      if (isInTime(reply)) return reply;
    }
    throw this.#link.timeoutError('Redis says that it was asked too late, twice: its clock jumps');
  }

  #names(shard: Shard): ShardKeys {
    const known = this.#namesByShard.get(shard);
    if (known !== undefined) return known;
    const names = shardKeys(this.#options.keyPrefix, shard);
    this.#namesByShard.set(shard, names);
    return names;
  }
}

async function sendReplicated<Reply extends { readonly kind: string }>(
  sent: Promise<{ readonly reply: Reply; readonly replicated: boolean }>,
): Promise<Reply> {
  const { reply, replicated } = await sent;
  if (replicated || (reply.kind !== 'admitted' && reply.kind !== 'extended')) return reply;
  throw new StoreError('unreplicated', 'no replica of Redis had the reservation in time');
}

/** After these the reservation may be there all the same. */
const mayHaveRun: ReadonlySet<StoreErrorCode> = new Set([
  'timeout',
  'unavailable',
  'shard_unavailable',
  'unreplicated',
]);

const isInTime = <Reply extends { readonly kind: string }>(
  reply: Reply,
): reply is Exclude<Reply, { readonly kind: 'late' }> => reply.kind !== 'late';
