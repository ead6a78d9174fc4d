import {
  usageEventText,
  type AdmitRequest,
  type FurtherCost,
  type LeaseProgress,
  type Reservation,
  type Settlement,
} from '@tollgate/core';
import { admitScript } from '../scripts/admit.ts';
import { agreedOf } from '../scripts/event-draft.ts';
import { extendScript, renewScript, settleScript, voidScript } from '../scripts/reservation-scripts.ts';
import { assertAmount, assertOutputCost, assertPrintable, assertQuantity } from '../scripts/scopes.ts';
import { callScript, type ScriptCall } from '../scripts/script.ts';
import type { ShardKeys } from './key-names.ts';

/** Whoever cannot be asked in time is not asked at all: `notAfter` is by Redis' clock, 0 is never. */
export function admitCall(
  names: ShardKeys,
  request: AdmitRequest,
  { notAfter, maxBacklogEvents }: { readonly notAfter: number; readonly maxBacklogEvents: number },
): ScriptCall {
  const { reservationId, caller, boundNanoUsd, expectedNanoUsd } = request;
  const output = request.outputCost && assertOutputCost(request.outputCost);
  return callScript(admitScript, {
    keys: {
      key: names.key(caller.key.keyId),
      tenant: names.tenant(caller.tenant.name),
      reservation: names.reservation(assertPrintable(reservationId)),
      index: names.index,
      stream: names.stream,
      meta: names.meta,
    },
    args: {
      base: names.base,
      id: reservationId,
      notAfter,
      keyVersion: caller.key.version,
      tenantVersion: caller.tenant.version,
      backlog: maxBacklogEvents,
      tokens: assertQuantity(request.estimatedTokens),
      bound: boundNanoUsd === undefined ? '' : assertAmount(boundNanoUsd),
      expected: assertAmount(expectedNanoUsd),
      lease: assertQuantity(request.leaseMs),
      agreed: agreedOf(request),
      output:
        output === undefined
          ? ''
          : `${output.inputNanoUsd} ${output.picoUsdPerToken} ${output.capTokens} ${output.leastTokens}`,
    },
  });
}

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

/** Throws a TypeError where the event does not fit its schema. */
export const settleCall = (
  names: ShardKeys,
  { reservation, producer, actualTokens, actualNanoUsd, event, eventText }: Settlement,
): ScriptCall =>
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
      event: eventText ?? usageEventText(event),
    },
  });

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
