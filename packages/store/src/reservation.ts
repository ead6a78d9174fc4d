import { StoreError, type AdmitRequest, type FurtherCost, type NanoUsd, type Reservation } from '@tollgate/core';

/** The node's half of a reservation; `loweredNanoUsd` is the bound of a lowered output cap. */
export const reservationOf = (
  { reservationId, caller, estimatedTokens, boundNanoUsd, expectedNanoUsd }: AdmitRequest,
  {
    terms,
    escapedTerms,
    admittedAtMs,
    loweredNanoUsd,
  }: Pick<Reservation, 'terms' | 'escapedTerms' | 'admittedAtMs'> & {
    readonly loweredNanoUsd: NanoUsd | undefined;
  },
): Reservation => ({
  reservationId,
  shard: caller.tenant.shard,
  tenant: caller.tenant.name,
  keyId: caller.key.keyId,
  tokens: estimatedTokens,
  boundNanoUsd: loweredNanoUsd ?? boundNanoUsd ?? expectedNanoUsd,
  terms,
  escapedTerms,
  admittedAtMs,
});

export const extendedReservation = (reservation: Reservation, further: FurtherCost, terms: string): Reservation => ({
  ...reservation,
  boundNanoUsd: reservation.boundNanoUsd + (further.boundNanoUsd ?? further.expectedNanoUsd),
  terms,
  escapedTerms: undefined,
});

/** An admit that comes after its own settlement or void: nobody waits for it any more. */
export const givenUp = (): StoreError =>
  new StoreError('timeout', 'the reservation was given up before it could be made');
