import {
  usageEventText,
  type AdmitRequest,
  type AdmitScope,
  type Caller,
  type FurtherCost,
  type LeaseProgress,
  type OutputCost,
  type Reservation,
  type Settlement,
} from '@tollgate/core';
import { admitScript } from '../scripts/admit.ts';
import { extendScript, renewScript, settleScript, voidScript } from '../scripts/reservation-scripts.ts';
import { assertAmount, assertOutputCost, assertPrintable, assertQuantity, scopeLines } from '../scripts/scopes.ts';
import { callScript, recurring, type Recurring, type ScriptCall } from '../scripts/script.ts';
import type { ShardKeys } from './key-names.ts';

/** What comes with every call of a caller: names of its records, and its versions, limits and budgets. */
interface CallerWords {
  readonly caller: Caller;
  readonly leaseMs: number;
  readonly key: Recurring;
  readonly tenant: Recurring;
  readonly words: Recurring;
}

/** Puts admissions into words. A caller and its scopes are the same objects from call to call, and so are what is said of them. */
export class AdmitCalls {
  readonly #maxBacklogEvents: number;
  readonly #known = new WeakMap<readonly AdmitScope[], CallerWords>();

  constructor(maxBacklogEvents: number) {
    this.#maxBacklogEvents = maxBacklogEvents;
  }

  /** Whoever cannot be asked in time is not asked at all: `notAfter` is by Redis' clock, 0 is never. `draft` is what `draftOf` makes. */
  of(
    names: ShardKeys,
    request: AdmitRequest,
    { notAfter, draft }: { readonly notAfter: number; readonly draft: string },
  ): ScriptCall {
    const { reservationId, boundNanoUsd, outputCost } = request;
    const { key, tenant, words } = this.#callerWords(names, request);
    const { index, stream, meta } = names.often;
    return callScript(admitScript, {
      keys: { key, tenant, reservation: names.reservation(assertPrintable(reservationId)), index, stream, meta },
      args: {
        caller: words,
        id: reservationId,
        notAfter,
        tokens: assertQuantity(request.estimatedTokens),
        bound: boundNanoUsd === undefined ? '' : assertAmount(boundNanoUsd),
        expected: assertAmount(request.expectedNanoUsd),
        draft,
        output: outputCost === undefined ? '' : wordOutput(assertOutputCost(outputCost)),
      },
    });
  }

  #callerWords(names: ShardKeys, { caller, scopes, leaseMs }: AdmitRequest): CallerWords {
    const known = this.#known.get(scopes);
    if (known !== undefined && known.caller === caller && known.leaseMs === leaseMs) return known;
    const { key, tenant } = caller;
    const facts = [names.base, key.version, tenant.version, this.#maxBacklogEvents, assertQuantity(leaseMs)];
    const made = {
      caller,
      leaseMs,
      key: recurring(names.key(key.keyId)),
      tenant: recurring(names.tenant(tenant.name)),
      words: recurring(`${facts.join('\t')}\n${scopeLines(scopes)}`),
    };
    this.#known.set(scopes, made);
    return made;
  }
}

const wordOutput = ({ inputNanoUsd, picoUsdPerToken, capTokens, leastTokens }: OutputCost): string =>
  `${inputNanoUsd} ${picoUsdPerToken} ${capTokens} ${leastTokens}`;

export const extendCall = (
  { base, reservation: nameOf }: ShardKeys,
  { reservationId }: Pick<Reservation, 'reservationId'>,
  { boundNanoUsd, expectedNanoUsd, notAfter }: FurtherCost & { readonly notAfter: number },
): ScriptCall =>
  callScript(extendScript, {
    keys: { reservation: nameOf(reservationId) },
    args: {
      base,
      notAfter,
      bound: boundNanoUsd === undefined ? '' : assertAmount(boundNanoUsd),
      expected: assertAmount(expectedNanoUsd),
    },
  });

/** The terms are given where Redis wants them: it has most of them itself. Throws where the event could not be applied. */
export function settleCall(
  names: ShardKeys,
  { reservation, producer, actualTokens, actualNanoUsd, event, eventText }: Settlement,
  terms: string,
): ScriptCall {
  const { base, index, stream, meta } = names.often;
  const id = reservation.reservationId;
  return callScript(settleScript, {
    keys: { reservation: names.reservation(id), index, stream, meta, producer: names.producer(producer.id) },
    args: {
      base,
      id,
      number: assertQuantity(producer.sequence),
      tokens: assertQuantity(actualTokens),
      amount: assertAmount(actualNanoUsd),
      terms,
      event: eventText ?? usageEventText(event),
    },
  });
}

export const voidCall = ({ base, index, stream, meta, reservation }: ShardKeys, reservationId: string): ScriptCall =>
  callScript(voidScript, {
    keys: { reservation: reservation(reservationId), index, stream, meta },
    args: { base, id: reservationId },
  });

export const renewCall = (
  names: ShardKeys,
  { reservation, tokens, nanoUsd }: LeaseProgress,
  { leaseMs, notAfter }: { readonly leaseMs: number; readonly notAfter: number },
): ScriptCall =>
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
      notAfter,
      lease: assertQuantity(leaseMs),
      progress: assertAmount(nanoUsd),
      tokens: assertQuantity(tokens),
      terms: reservation.terms,
    },
  });
