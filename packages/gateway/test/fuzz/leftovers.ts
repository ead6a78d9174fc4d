import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LedgerReader } from '../support/ledger-reader.ts';
import type { TestGateway } from '../support/test-gateway.ts';

/** What of a call has to be over once nobody calls: gauges, leases, reservations; what was booked is what the log says. */
export async function assertNothingUnderWay(
  gateway: TestGateway,
  ledger: LedgerReader,
  loggedNanoUsd: bigint,
): Promise<void> {
  // Settlements are sent behind the answers.
  await ledger.until(async () => (await ledger.held()).length === 0);
  assert.equal(await ledger.spentNanoUsd(), loggedNanoUsd, 'what was booked is what the log says');
  for (const name of ['inflight_requests', 'open_streams', 'journal_entries']) {
    assert.equal(await gauge(gateway, `tollgate_${name}`), 0, name);
  }
}

async function gauge({ operatorUrl }: TestGateway, name: string): Promise<number> {
  const answer = await fetch(`${operatorUrl}/metrics`, { headers: { connection: 'close' } });
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(await answer.text())?.[1]);
}

/** Sockets, servers and timers that keep the process alive, by kind. */
export function openResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** Turns of the event loop that what was closed may take to be gone. */
const closingTurns = 1000;

export async function assertNoMoreResources(before: ReadonlyMap<string, number>): Promise<void> {
  const more = (): readonly string[] =>
    [...openResources()].filter(([kind, count]) => count > (before.get(kind) ?? 0)).map(([kind]) => kind);
  for (let turns = 0; turns < closingTurns && more().length > 0; turns += 1) await turn();
  assert.deepEqual(more(), [], 'no socket and no timer is left');
}

/** Live bytes: after everything dead was collected. */
export async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  assert.ok(typeof collect === 'function');
  // What the first collection finalized is let go by the next.
  for (let times = 0; times < 3; times += 1) {
    collect();
    await turn();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
