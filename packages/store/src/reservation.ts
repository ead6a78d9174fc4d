import { StoreError, type AdmitRequest, type Reservation } from '@tollgate/core';

/** The node's half of a reservation. */
export const reservationOf = (
  { reservationId, caller, estimatedTokens, boundNanoUsd, expectedNanoUsd }: AdmitRequest,
  agreed: Pick<Reservation, 'terms' | 'admittedAtMs'>,
): Reservation => ({
  reservationId,
  shard: caller.tenant.shard,
  tenant: caller.tenant.name,
  keyId: caller.key.keyId,
  tokens: estimatedTokens,
  boundNanoUsd: boundNanoUsd ?? expectedNanoUsd,
  ...agreed,
});

/** An admit that comes after its own settlement or void: nobody waits for it any more. */
export const givenUp = (): StoreError =>
  new StoreError('timeout', 'the reservation was given up before it could be made');
