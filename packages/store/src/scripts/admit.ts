import type { NanoUsd, Refusal } from '@tollgate/core';
import { readStoredRecord, type StoredRecord } from '../records/stored-record.ts';
import { asCount, asOptionalCount, asRow, asText, asWord } from './reply.ts';
import { declareScript } from './script.ts';

export type AdmitReply = { readonly nowMs: number } & (
  | {
      readonly kind: 'admitted';
      /** The terms, or where `isNew` their first line: the rest is as it was asked for. */
      readonly terms: string;
      readonly isNew: boolean;
      readonly admittedAtMs: number;
      readonly lowered: LoweredOutput | undefined;
      readonly standings: Standings;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly standings: Standings }
  | { readonly kind: 'rejected'; readonly reason: 'unknown' | 'revoked' | 'expired' | 'suspended' }
  | {
      readonly kind: 'stale';
      readonly key: StoredRecord | undefined;
      readonly tenant: StoredRecord | undefined;
    }
  | { readonly kind: 'late' }
  | { readonly kind: 'over' | 'backlog' | 'recovering' }
);

/** What lib/standing.lua told, from `at` on. */
interface Standings {
  readonly row: readonly unknown[];
  readonly at: number;
}

/** The output cap that there is money left for, and the bound that goes with it. */
export interface LoweredOutput {
  readonly boundNanoUsd: NanoUsd;
  readonly capTokens: number;
}

export const admitScript = declareScript({
  file: 'admit',
  keys: ['key', 'tenant', 'reservation', 'index', 'stream', 'meta'],
  args: ['caller', 'id', 'notAfter', 'tokens', 'bound', 'expected', 'draft', 'output'],
  parse: (reply): AdmitReply => {
    const row = asRow(reply);
    const nowMs = asCount(row[1]);
    const kind = asWord(row[0], words);
    switch (kind) {
      case 'admitted':
        return newlyAdmitted(nowMs, row, undefined);
      case 'lowered':
        return newlyAdmitted(nowMs, row, parseLowered(row[3], row[4]));
      case 'known':
        return {
          kind: 'admitted',
          nowMs,
          terms: asText(row[2]),
          isNew: false,
          admittedAtMs: asCount(row[3]),
          lowered: parseLowered(row[4], row[5]),
          standings: { row, at: 6 },
        };
      case 'refused':
        return { kind, nowMs, refusal: parseRefusal(row.slice(2, 8)), standings: { row, at: 8 } };
      case 'rejected':
        return { kind, nowMs, reason: asWord(row[2], ['unknown', 'revoked', 'expired', 'suspended']) };
      case 'stale':
        return { kind, nowMs, key: readStoredRecord(row[2]), tenant: readStoredRecord(row[3]) };
      default:
        return { kind, nowMs };
    }
  },
});

const words = [
  'admitted',
  'lowered',
  'known',
  'refused',
  'rejected',
  'stale',
  'late',
  'over',
  'backlog',
  'recovering',
] as const;

const newlyAdmitted = (nowMs: number, row: readonly unknown[], lowered: LoweredOutput | undefined): AdmitReply => ({
  kind: 'admitted',
  nowMs,
  terms: asText(row[2]),
  isNew: true,
  admittedAtMs: nowMs,
  lowered,
  standings: { row, at: lowered === undefined ? 3 : 5 },
});

const parseLowered = (bound: unknown, cap: unknown): LoweredOutput | undefined =>
  cap === '' ? undefined : { boundNanoUsd: BigInt(asText(bound)), capTokens: asCount(cap) };

const parseRefusal = ([scope, limit, reason, limitValue, remaining, waitMs]: readonly unknown[]): Refusal => ({
  scope: asWord(scope, ['key', 'tenant']),
  limit: asWord(limit, ['requests_per_minute', 'tokens_per_minute', 'concurrency', 'budget']),
  reason: asWord(reason, ['rate', 'held', 'spent', 'too_large', 'unbounded']),
  limitValue: BigInt(asText(limitValue)),
  remaining: BigInt(asText(remaining)),
  retryAfterMs: asOptionalCount(waitMs),
});
