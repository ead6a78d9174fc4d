import * as z from 'zod';
import {
  repriceEvent,
  type KeptEvent,
  type PriceBook,
  type RepricedAttempt,
  type RepricingScope,
} from '@tollgate/core';
import { AdminError } from '../admin-error.ts';
import { defineOperation } from '../operation.ts';
import { readTime } from '../usage/time-range.ts';
import { addressAfter, firstAddress, parseAddress } from './event-address.ts';

const changeView = z.object({
  provider: z.string(),
  model: z.string(),
  /** Charges that change, and what they are together before and after. */
  attempts: z.number(),
  from_nano_usd: z.string(),
  to_nano_usd: z.string(),
});

export const repriceEvents = defineOperation({
  name: 'reprice_events',
  method: 'POST',
  path: '/admin/v1/ledger/repricings',
  input: z.strictObject({
    since: z.string(),
    until: z.string().optional(),
    provider: z.string().optional(),
    model: z.string().optional(),
    dry_run: z.boolean().optional(),
    from: z.string().optional(),
  }),
  output: z.object({
    /** As instants: later pages ask for these, so that all of them mean the same time. */
    since: z.string(),
    until: z.string().nullable(),
    events: z.number(),
    /** Calls whose charge changes; with `dry_run`, would change. */
    repriced: z.number(),
    /** Calls that somebody else repriced in between. */
    passed_over: z.number(),
    changes: z.array(changeView),
    /** Where the next page begins. */
    next: z.string().nullable(),
  }),
  run: async ({ books, clock, prices }, input) => {
    const at = { timeZone: 'UTC', nowMs: clock.nowMs() };
    const sinceMs = readTime('since', input.since, at);
    const untilMs = input.until === undefined ? undefined : readTime('until', input.until, at);
    if (untilMs !== undefined && sinceMs >= untilMs) {
      throw new AdminError('invalid_input', '`since` has to be before `until`');
    }
    const { shard, entryId } = input.from === undefined ? firstAddress() : parseAddress('from', input.from);
    const page = await books.events(shard, entryId);
    const scope = { sinceMs, untilMs, provider: input.provider, providerModel: input.model };
    const changed: RepricedAttempt[] = [];
    const counts = { repriced: 0, passed_over: 0 };
    const repricings = repricingsOf(page.events, await prices(), scope);
    await Promise.all(
      repricings.map(async ({ repricing, changed: attempts }) => {
        const booked = input.dry_run === true || (await books.reprice(shard, repricing));
        counts[booked ? 'repriced' : 'passed_over'] += 1;
        if (booked) changed.push(...attempts);
      }),
    );
    return {
      since: new Date(sinceMs).toISOString(),
      until: untilMs === undefined ? null : new Date(untilMs).toISOString(),
      events: page.events.length,
      ...counts,
      changes: viewChanges(changed),
      next: addressAfter(shard, page.next),
    };
  },
});

const repricingsOf = (events: readonly KeptEvent[], prices: PriceBook, scope: RepricingScope) =>
  events.flatMap((event) => repriceEvent(event, prices, scope) ?? []);

/** By provider and model. */
function viewChanges(changed: readonly RepricedAttempt[]): z.output<typeof changeView>[] {
  const sums = new Map<string, { attempts: number; from: bigint; to: bigint } & RepricedAttempt>();
  for (const attempt of changed) {
    const name = JSON.stringify([attempt.provider, attempt.providerModel]);
    const { attempts, from, to } = sums.get(name) ?? { attempts: 0, from: 0n, to: 0n };
    const sum = { attempts: attempts + 1, from: from + attempt.fromNanoUsd, to: to + attempt.toNanoUsd };
    sums.set(name, { ...attempt, ...sum });
  }
  return [...sums.values()].map(({ provider, providerModel, attempts, from, to }) => {
    return { provider, model: providerModel, attempts, from_nano_usd: String(from), to_nano_usd: String(to) };
  });
}
