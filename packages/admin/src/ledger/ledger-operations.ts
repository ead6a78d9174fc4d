import * as z from 'zod';
import {
  allShards,
  StoreError,
  tryParseJson,
  verifyLedger,
  type Books,
  type LedgerCounter,
  type Shard,
} from '@tollgate/core';
import { AdminError } from '../admin-error.ts';
import { defineOperation } from '../operation.ts';
import { addressAfter, firstAddress, formatAddress, parseAddress } from './event-address.ts';

const counterView = z.object({
  scope: z.enum(['key', 'tenant']),
  id: z.string(),
  /** Null: ever. */
  period: z.string().nullable(),
  spent_nano_usd: z.string(),
  events_nano_usd: z.string(),
});

export const verifyBooks = defineOperation({
  name: 'verify_ledger',
  method: 'GET',
  path: '/admin/v1/ledger/verification',
  input: z.strictObject({}),
  output: z.object({
    counters: z.number(),
    drifted: z.array(counterView),
    shards_behind: z.array(z.string()),
    drift_nano_usd: z.string(),
  }),
  run: async ({ store, books }) => {
    const { counters, drifted, behind, driftNanoUsd } = await verifyLedger(store, books);
    return {
      counters,
      drifted: drifted.map(viewCounter),
      shards_behind: [...behind],
      drift_nano_usd: String(driftNanoUsd),
    };
  },
});

const viewCounter = ({ scope, period, spentNanoUsd, eventsNanoUsd }: LedgerCounter): z.output<typeof counterView> => ({
  scope: scope.kind,
  id: scope.id,
  period: period ?? null,
  spent_nano_usd: String(spentNanoUsd),
  events_nano_usd: String(eventsNanoUsd),
});

export const listEvents = defineOperation({
  name: 'list_events',
  method: 'GET',
  path: '/admin/v1/ledger/events',
  input: z.strictObject({ from: z.string().optional() }),
  output: z.object({
    events: z.array(
      z.object({
        shard: z.string(),
        sequence: z.string(),
        /** The charge that this event takes the place of. */
        corrects_nano_usd: z.string().nullable(),
        event: z.unknown(),
      }),
    ),
    /** Where the next page begins. */
    next: z.string().nullable(),
  }),
  run: async ({ books }, { from }) => {
    const { shard, entryId } = from === undefined ? firstAddress() : parseAddress('from', from);
    const page = await books.events(shard, entryId);
    return {
      events: page.events.map(({ sequence, corrects, text }) => ({
        shard,
        sequence,
        corrects_nano_usd: corrects === '' ? null : corrects,
        event: tryParseJson(text) ?? text,
      })),
      next: addressAfter(shard, page.next),
    };
  },
});

export const listDeadEvents = defineOperation({
  name: 'list_dead_events',
  method: 'GET',
  path: '/admin/v1/events/dead',
  input: z.strictObject({}),
  output: z.object({ events: z.array(z.object({ id: z.string(), reason: z.string(), event: z.unknown() })) }),
  run: async ({ books }) => {
    const letters = await Promise.all(allShards.map((shard) => books.deadLetters(shard)));
    return {
      events: letters.flat().map(({ shard, entryId, reason, text }) => ({
        id: formatAddress({ shard, entryId }),
        reason,
        event: tryParseJson(text) ?? text,
      })),
    };
  },
});

export const replayDeadEvent = defineOperation({
  name: 'replay_dead_event',
  method: 'POST',
  path: '/admin/v1/events/dead/:id/replay',
  input: z.strictObject({ id: z.string() }),
  output: z.object({ id: z.string(), replayed: z.literal(true) }),
  run: async ({ books }, { id }) => {
    const { shard, entryId } = parseAddress('id', id);
    const replayed = entryId !== undefined && (await replay(books, { shard, entryId }));
    if (replayed) return { id, replayed };
    throw new AdminError(
      'event_not_found',
      `there is no event \`${id}\` among the dead ones: see \`events dead list\``,
    );
  },
});

async function replay(
  books: Books,
  { shard, entryId }: { readonly shard: Shard; readonly entryId: string },
): Promise<boolean> {
  try {
    return await books.replay(shard, entryId);
  } catch (error) {
    if (error instanceof StoreError || !(error instanceof Error)) throw error;
    throw new AdminError('event_not_applicable', `the event still cannot be applied: ${error.message}`, error);
  }
}
