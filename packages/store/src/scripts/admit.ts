import type { NanoUsd, Refusal } from '@tollgate/core';
import { readStoredRecord, type StoredRecord } from '../records/stored-record.ts';
import { asCount, asOptionalCount, asRow, asText, asWord } from './reply.ts';
import { declareScript } from './script.ts';

export type AdmitReply = { readonly nowMs: number } & (
  | {
      readonly kind: 'admitted';
      readonly terms: string;
      readonly admittedAtMs: number;
      readonly standings: unknown;
      readonly lowered: LoweredOutput | undefined;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly standings: unknown }
  | { readonly kind: 'rejected'; readonly reason: 'unknown' | 'revoked' | 'expired' | 'suspended' }
  | {
      readonly kind: 'stale';
      readonly key: StoredRecord | undefined;
      readonly tenant: StoredRecord | undefined;
    }
  | { readonly kind: 'late' }
  | { readonly kind: 'over' | 'backlog' | 'recovering' }
);

/** The output cap that there is money left for, and the bound that goes with it. */
export interface LoweredOutput {
  readonly boundNanoUsd: NanoUsd;
  readonly capTokens: number;
}

export const admitScript = declareScript({
  file: 'admit',
  keys: ['key', 'tenant', 'reservation', 'index', 'stream', 'meta'],
  args: [
    'base',
    'id',
    'notAfter',
    'keyVersion',
    'tenantVersion',
    'backlog',
    'tokens',
    'bound',
    'expected',
    'lease',
    'draft',
    'inputCost',
    'tokenCost',
    'outputCap',
    'leastCap',
    'scopes',
  ],
  parse: (reply): AdmitReply => {
    const [word, now, first, second, third, bound, cap] = asRow(reply);
    const nowMs = asCount(now);
    const kind = asWord(word, ['admitted', 'refused', 'rejected', 'stale', 'late', 'over', 'backlog', 'recovering']);
    switch (kind) {
      case 'admitted':
        return {
          kind,
          nowMs,
          terms: asText(first),
          admittedAtMs: asCount(second),
          standings: third,
          lowered: cap === '' ? undefined : { boundNanoUsd: BigInt(asText(bound)), capTokens: asCount(cap) },
        };
      case 'refused':
        return { kind, nowMs, refusal: parseRefusal(asRow(first)), standings: second };
      case 'rejected':
        return { kind, nowMs, reason: asWord(first, ['unknown', 'revoked', 'expired', 'suspended']) };
      case 'stale':
        return { kind, nowMs, key: readStoredRecord(first), tenant: readStoredRecord(second) };
      default:
        return { kind, nowMs };
    }
  },
});

const parseRefusal = ([scope, limit, reason, limitValue, remaining, waitMs]: readonly unknown[]): Refusal => ({
  scope: asWord(scope, ['key', 'tenant']),
  limit: asWord(limit, ['requests_per_minute', 'tokens_per_minute', 'concurrency', 'budget']),
  reason: asWord(reason, ['rate', 'held', 'spent', 'too_large', 'unbounded']),
  limitValue: BigInt(asText(limitValue)),
  remaining: BigInt(asText(remaining)),
  retryAfterMs: asOptionalCount(waitMs),
});
