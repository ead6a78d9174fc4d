import type { ArchiveBatch } from '@tollgate/core';
import { asCount, asRow, asText, asWord } from './reply.ts';
import { declareScript } from './script.ts';

/** An entry that was handed to a worker. */
export interface HandedOut {
  readonly entryId: string;
  readonly sequence: string;
  readonly deliveries: number;
}

const parseHandedOut = (reply: unknown): readonly HandedOut[] =>
  asRow(reply).map((row) => {
    const [entryId, sequence, deliveries] = asRow(row);
    return { entryId: asText(entryId), sequence: asText(sequence), deliveries: asCount(deliveries) };
  });

export const readEventsScript = declareScript({
  file: 'read-events',
  keys: ['stream', 'meta'],
  args: ['worker', 'most'],
  parse: (reply) => {
    const [lag, events] = asRow(reply);
    return { lag: asCount(lag), events: parseHandedOut(events) };
  },
});

export const claimEventsScript = declareScript({
  file: 'claim-events',
  keys: ['stream'],
  args: ['worker', 'most', 'idle'],
  parse: parseHandedOut,
});

export const applyScript = declareScript({
  file: 'apply',
  keys: ['stream', 'meta'],
  args: ['base', 'id', 'sequence', 'source', 'mostValues'],
  parse: (reply) => {
    const [word, tenant, keyId, cost, correction] = asRow(reply);
    const kind = asWord(word, ['applied', 'passed_over']);
    if (kind === 'passed_over') return { kind };
    const costNanoUsd = BigInt(asText(cost)) + BigInt(asText(correction));
    return { kind, tenant: asText(tenant), keyId: asText(keyId), costNanoUsd };
  },
});

export const deadScript = declareScript({
  file: 'dead',
  keys: ['stream', 'meta', 'dead'],
  args: ['id', 'sequence', 'reason'],
  parse: (reply) => asCount(reply) === 1,
});

export const repriceScript = declareScript({
  file: 'reprice',
  keys: ['stream', 'meta', 'repriced'],
  args: ['base', 'id', 'sequence', 'known', 'costs', 'replaces', 'amount', 'event'],
  parse: (reply) => asWord(reply, ['booked', 'changed']) === 'booked',
});

export const archiveEventsScript = declareScript({
  file: 'archive-events',
  keys: ['stream', 'meta'],
  args: ['worker', 'lease', 'sequence', 'id', 'most'],
  parse: (reply): ArchiveBatch => {
    const [word, sequence, entryId, waiting, now, rows] = asRow(reply);
    const kind = asWord(word, ['held', 'taken']);
    if (kind === 'held') return { kind };
    const events = asRow(rows).map((row) => {
      const [id = '', of = '', text = '', corrects = ''] = asRow(row).map(asText);
      return { entryId: id, sequence: of, text, corrects };
    });
    const after = { sequence: asText(sequence), entryId: asText(entryId) };
    return { kind, after, events, waiting: asCount(waiting), nowMs: asCount(now) };
  },
});

export const trimScript = declareScript({
  file: 'trim',
  keys: ['stream', 'repriced', 'meta'],
  args: ['keptMs', 'keptEvents', 'mostWaiting', 'most'],
  parse: asCount,
});

/** A hash as HGETALL replies it. */
const asFields = (reply: unknown): ReadonlyMap<string, string> => {
  const texts = asRow(reply).map(asText);
  return new Map(texts.flatMap((name, at) => (at % 2 === 0 ? [[name, texts[at + 1] ?? ''] as const] : [])));
};

export const auditScript = declareScript({
  file: 'audit',
  keys: ['stream', 'dead'],
  args: ['base', 'most', 'scopes'],
  parse: (reply) => {
    const [word, now, scopes, waiting] = asRow(reply);
    const kind = asWord(word, ['behind', 'audited']);
    if (kind === 'behind') return { kind };
    return {
      kind,
      nowMs: asCount(now),
      books: asRow(scopes).map((row) => {
        const [money, checkpoint] = asRow(row);
        return { money: asFields(money), checkpoint: asFields(checkpoint) };
      }),
      waiting: asRow(waiting).map((row) => {
        const [text, corrects, periods] = asRow(row).map(asText);
        return { text: text ?? '', corrects: corrects ?? '', periods: periods ?? '' };
      }),
    };
  },
});

export const listEntriesScript = declareScript({
  file: 'list-entries',
  keys: ['stream', 'repriced'],
  args: ['from', 'most'],
  parse: (reply) =>
    asRow(reply).map((row) => {
      const [entryId = '', sequence = '', text = '', corrects = '', reason = '', repriced = ''] =
        asRow(row).map(asText);
      return { entryId, sequence, text, corrects, reason, repriced };
    }),
});

export const readRollUpScript = declareScript({
  file: 'read-roll-up',
  keys: ['rollUp'],
  args: [],
  parse: asFields,
});
