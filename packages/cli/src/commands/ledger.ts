import { adminOperations } from '@tollgate/admin';
import type { AdminClient } from '../client/admin-client.ts';
import type { Command } from '../command.ts';
import { count } from '../output/count.ts';

const verifyLedger: Command = {
  name: 'ledger verify',
  summary: 'Compare every counter of spend with its usage events; 0 is the only good answer.',
  positionals: [],
  flags: [],
  run: async ({ call }) => {
    const books = await call(adminOperations.verifyBooks, {});
    const drifted = books.drifted.map(
      ({ scope, id, period, spent_nano_usd: spent, events_nano_usd: events }) =>
        `${scope} ${id}, ${period ?? 'ever'}: ${spent} spent, ${events} by its events (nano-USD)`,
    );
    const behind = books.shards_behind.map(
      (shard) => `shard ${shard} was not compared: too many events wait for the aggregator`,
    );
    const good = drifted.length === 0 && behind.length === 0;
    return {
      json: books,
      text: [
        `${count(books.counters, 'counter')} compared`,
        ...drifted,
        ...behind,
        `drift_nano_usd ${books.drift_nano_usd}`,
      ].join('\n'),
      exitCode: good ? 0 : 1,
    };
  },
};

const exportLedger: Command = {
  name: 'ledger export',
  summary: 'Print the usage events that are kept, one JSON object a line.',
  positionals: [],
  flags: [],
  run: async ({ given, call, print }) => {
    if (given.isSet('json')) return { json: { events: await Array.fromAsync(allEvents(call)) }, text: '' };
    for await (const event of allEvents(call)) await print(`${JSON.stringify(event)}\n`);
    return { json: undefined, text: '' };
  },
};

async function* allEvents(call: AdminClient['call']): AsyncGenerator {
  let from: string | undefined;
  do {
    const page = await call(adminOperations.listEvents, { from });
    yield* page.events;
    from = page.next ?? undefined;
  } while (from !== undefined);
}

export const ledgerCommands: readonly Command[] = [verifyLedger, exportLedger];
