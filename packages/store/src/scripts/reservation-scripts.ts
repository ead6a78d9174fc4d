import type { RenewResult } from '@tollgate/core';
import { asCount, asRow, asText, asWord } from './reply.ts';
import { declareScript } from './script.ts';

export type RenewReply = { readonly nowMs: number } & ({ readonly kind: 'late' } | { readonly kind: RenewResult });

export type ExtendReply = { readonly nowMs: number } & (
  { readonly kind: 'extended'; readonly terms: string } | { readonly kind: 'uncovered' | 'over' | 'late' }
);

export const extendScript = declareScript({
  file: 'extend',
  keys: ['reservation'],
  args: ['base', 'notAfter', 'bound', 'expected'],
  parse: (reply): ExtendReply => {
    const [word, now, terms] = asRow(reply);
    const kind = asWord(word, ['extended', 'uncovered', 'over', 'late']);
    return kind === 'extended' ? { kind, nowMs: asCount(now), terms: asText(terms) } : { kind, nowMs: asCount(now) };
  },
});

export const settleScript = declareScript({
  file: 'settle',
  keys: ['reservation', 'index', 'stream', 'meta', 'producer'],
  args: ['base', 'id', 'number', 'tokens', 'amount', 'terms', 'event'],
  parse: (reply) => asWord(reply, ['settled', 'corrected', 'unreserved', 'duplicate', 'wanting']),
});

export const voidScript = declareScript({
  file: 'void',
  keys: ['reservation', 'index', 'stream', 'meta'],
  args: ['base', 'id'],
  parse: (reply) => asWord(reply, ['voided', 'absent']),
});

export const renewScript = declareScript({
  file: 'renew',
  keys: ['reservation', 'index', 'key', 'tenant'],
  args: ['base', 'id', 'notAfter', 'lease', 'progress', 'tokens', 'terms'],
  parse: (reply): RenewReply => {
    const [word, now] = asRow(reply);
    return { kind: asWord(word, ['renewed', 'readopted', 'revoked', 'late']), nowMs: asCount(now) };
  },
});

export const reapScript = declareScript({
  file: 'reap',
  keys: ['index', 'stream', 'meta'],
  args: ['base', 'most'],
  parse: asCount,
});

export const standingsScript = declareScript({
  file: 'standings',
  keys: ['index'],
  args: ['base', 'scopes'],
  parse: (reply) => {
    const row = asRow(reply);
    return { nowMs: asCount(row[0]), standings: row.slice(1) };
  },
});
