import { setTimeout as delay } from 'node:timers/promises';
import { callHttp } from './http-call.ts';
import type { Arena } from './arena.ts';
import { takeSnapshot } from './redis/snapshot.ts';
import { readLedgerState, type LedgerState } from './redis/ledger-state.ts';

/** How long leases, recovery and aggregators may take to come to rest; on an idle machine it is about a minute. */
const deadlineMs = 240_000;
const lookEveryMs = 500;

/** What still moves, in words; empty once all is at rest. */
export async function untilQuiet(arena: Arena): Promise<readonly string[]> {
  const untilMs = Date.now() + deadlineMs;
  for (;;) {
    const moving = await whatMoves(arena).catch((error: unknown) => [String(error)]);
    if (moving.length === 0 || Date.now() > untilMs) return moving;
    await delay(lookEveryMs);
  }
}

async function whatMoves({ nodes, aggregators, redis, simulator }: Arena): Promise<readonly string[]> {
  const places = [...nodes, ...aggregators];
  const away = places.filter(({ current }) => current === undefined).map(({ settings }) => `${settings.name} is down`);
  if (away.length > 0) return away;
  const journalled = await Promise.all(nodes.map((node) => journalEntries(node.current?.ports?.[1])));
  const { callsBegun, callsEnded } = simulator.totals();
  const connection = await redis.connect();
  try {
    const { deadlines, recovering, eventsToApply } = readLedgerState(await takeSnapshot(connection, ['tg:*']));
    return [
      ...journalled.flatMap((entries, index) => (entries === 0 ? [] : [`node ${index + 1} journals ${entries}`])),
      ...(callsBegun === callsEnded ? [] : ['the provider answers']),
      ...(deadlines.size === 0 ? [] : [`${deadlines.size} reservations wait for their lease`]),
      ...(recovering === 0 ? [] : [`${recovering} shards recover`]),
      ...(eventsToApply === 0 ? [] : [`${eventsToApply} events wait to be applied`]),
    ];
  } finally {
    connection.close();
  }
}

async function journalEntries(port: number | undefined): Promise<number> {
  const { text } = await callHttp({ url: `http://127.0.0.1:${port}/metrics` });
  return Number(/^tollgate_journal_entries (\d+)/m.exec(text)?.[1] ?? Number.NaN);
}

export async function finalLedger({ redis }: Arena): Promise<LedgerState> {
  const connection = await redis.connect();
  try {
    return readLedgerState(await takeSnapshot(connection, ['tg:*']));
  } finally {
    connection.close();
  }
}
