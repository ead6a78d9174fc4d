import { GatewayError, type AdmissionStore, type AdmitDecision, type AdmitRequest } from '@tollgate/core';
import type { Journal } from './journal.ts';

/**
 * Notes each reservation before it is asked for, so that a restart takes back what was made for nobody; and begins no
 * call whose settlement might find no room.
 */
export const journalAdmissions = (admission: AdmissionStore, journal: Journal): AdmissionStore => ({
  admit: (request) => admitNoted(request, { admission, journal }),
  extend: (reservation, further) => admission.extend(reservation, further),
  settle: (settlement) => admission.settle(settlement),
  void: (reservation) => admission.void(reservation),
  renew: (leases, leaseMs) => admission.renew(leases, leaseMs),
  reap: (shard, atMost) => admission.reap(shard, atMost),
  standings: (shard, scopes) => admission.standings(shard, scopes),
});

async function admitNoted(
  request: AdmitRequest,
  { admission, journal }: { readonly admission: AdmissionStore; readonly journal: Journal },
): Promise<AdmitDecision> {
  if (journal.isFull) throw journalFull();
  const { reservationId } = request;
  journal.reserving({ reservationId, shard: request.caller.tenant.shard });
  let isAdmitted = false;
  try {
    await journal.written();
    const decision = await admission.admit(request);
    if (decision.kind === 'admitted' && decision.isAlone === true) journal.admittedAlone(decision.reservation);
    isAdmitted = decision.kind === 'admitted' && decision.reservation.reservationId === reservationId;
    return decision;
  } finally {
    if (!isAdmitted) journal.ended(reservationId);
  }
}

const journalFull = (): GatewayError =>
  new GatewayError('journal_full', {
    message: 'This node cannot note what calls cost at the moment, so nothing was done. Try again shortly.',
    retryAfterMs: 5000,
  });
