import { escaped, StoreError, type AdmitDecision, type AdmitRequest, type Reservation } from '@tollgate/core';
import { decodeKey, decodeTenant } from '../records/codec.ts';
import type { AdmitReply } from '../scripts/admit.ts';
import { givenUp, reservationOf } from '../reservation.ts';
import { agreedOf, escapedAgreedOf } from '../scripts/event-draft.ts';
import { parseStandings } from '../scripts/scopes.ts';

type Admitted = Extract<AdmitReply, { readonly kind: 'admitted' }>;

/** The script's reply as the port's decision. `draft` is what it was asked with. */
export function decide(
  request: AdmitRequest,
  draft: string,
  reply: Exclude<AdmitReply, { readonly kind: 'late' }>,
): AdmitDecision {
  switch (reply.kind) {
    case 'admitted':
      return {
        kind: 'admitted',
        reservation: reservationOf(request, {
          ...wholeTerms(request, draft, reply),
          admittedAtMs: reply.admittedAtMs,
          loweredNanoUsd: reply.lowered?.boundNanoUsd,
        }),
        standings: parseStandings(reply.standings.row, reply.standings.at, request.scopes),
        outputCapTokens: reply.lowered?.capTokens,
      };
    case 'refused':
      return {
        kind: 'refused',
        refusal: reply.refusal,
        standings: parseStandings(reply.standings.row, reply.standings.at, request.scopes),
      };
    case 'rejected':
      return { kind: 'rejected', reason: reply.reason };
    case 'stale':
      if (reply.key === undefined || reply.tenant === undefined) return { kind: 'rejected', reason: 'unknown' };
      return { kind: 'stale', caller: { key: decodeKey(reply.key), tenant: decodeTenant(reply.tenant) } };
    case 'over':
      throw givenUp();
    case 'recovering':
      throw new StoreError('recovering', 'Redis restarted or failed over, and its ledger is not whole yet');
    case 'backlog':
      throw new StoreError('backlog_full', 'usage events wait unread up to their hard cap');
  }
}

/** Of a new reservation Redis says the first line alone. */
function wholeTerms(
  request: AdmitRequest,
  draft: string,
  { terms, isNew }: Pick<Admitted, 'terms' | 'isNew'>,
): Pick<Reservation, 'terms' | 'escapedTerms'> {
  if (!isNew) return { terms, escapedTerms: escaped(terms) };
  return {
    terms: `${terms}\n${agreedOf(request, draft)}`,
    escapedTerms: `${escaped(terms)}\\n${escapedAgreedOf(request, draft)}`,
  };
}
