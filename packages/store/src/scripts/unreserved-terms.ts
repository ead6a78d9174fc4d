import type { AdmitRequest, PeriodSpan } from '@tollgate/core';
import { encodeKnown, knownBeforehand } from './event-draft.ts';

/**
 * Terms, as lib/terms.lua writes them, of a call that was admitted without Redis: for its settlement to be booked, and
 * its lease to be held once Redis is back. They name no bucket of a window (the second 0 is always gone).
 */
export function unreservedTerms(request: AdmitRequest, nowMs: number): string {
  const firm = request.scopes.some(({ budgets }) => budgets.some(({ hard }) => hard));
  const bound = request.boundNanoUsd ?? request.expectedNanoUsd;
  const estimate = firm ? bound : request.expectedNanoUsd;
  const scopes = request.scopes.flatMap(({ kind, id, limits, budgets }) => [
    `S ${kind} 0 0 ${limits.tokensPerMinute ?? '-'} ${id}`,
    ...budgets.map(({ hard, capNanoUsd, current, next }) => {
      const { id: period, endsAtMs } = periodNow(current, next, nowMs);
      return `B ${hard ? bound : request.expectedNanoUsd} ${hard ? capNanoUsd : '-'} ${endsAtMs ?? '-'} ${period}`;
    }),
  ]);
  const head = `1 ${nowMs} ${request.estimatedTokens} ${request.leaseMs} ${estimate} ${firm ? 'firm' : 'soft'} -`;
  return [head, ...scopes, `E ${encodeKnown(knownBeforehand(request))}`].join('\n');
}

const periodNow = (current: PeriodSpan, next: PeriodSpan | undefined, nowMs: number): PeriodSpan =>
  next !== undefined && current.endsAtMs !== undefined && nowMs >= current.endsAtMs ? next : current;
