import type { AdmitRequest } from '@tollgate/core';
import { agreedOf, draftOf } from './event-draft.ts';

/**
 * Terms, as lib/terms.lua reads them, of a call that was admitted without Redis: for its settlement to be booked, and
 * its lease to be held once Redis is back. They name no bucket of a window (the second 0 is always gone).
 */
export function unreservedTerms(request: AdmitRequest, nowMs: number): string {
  const { estimatedTokens, leaseMs, boundNanoUsd, expectedNanoUsd, scopes } = request;
  const buckets = scopes.map(() => ' 0 0').join('');
  const head = `2 ${nowMs} ${estimatedTokens} ${leaseMs} ${boundNanoUsd ?? expectedNanoUsd} ${expectedNanoUsd} -${buckets}`;
  return `${head}\n${agreedOf(request, draftOf(request))}`;
}
