import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { LedgerRecovery } from '@tollgate/core';
import { LocalShare } from '@tollgate/store';
import { ManualClock } from '@tollgate/testkit';
import { DiskJournal } from '../../src/journal/disk-journal.ts';
import { settleIn, type JournalHome } from '../../src/journal/journal-home.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openMemoryJournal } from '../../src/journal/memory-journal.ts';
import { Recovery } from '../../src/recovery/recovery.ts';
import { emptyDirectory, settlementOf } from '../journal/settlements.ts';

const shard = '07';
const leaseMs = 35_000;

let directory: string;
let home: JournalHome;
let clock: ManualClock;
let run: string;
/** What the node said of its shard at each tick. */
let saidBusy: boolean[];
let recovery: Recovery;

beforeEach(async () => {
  directory = emptyDirectory();
  home = await settleIn(directory);
  clock = new ManualClock();
  run = 'first';
  saidBusy = [];
});

afterEach(async () => {
  await recovery.stop();
  await home.leave();
  rmSync(directory, { recursive: true, force: true });
});

const ledger: LedgerRecovery = {
  applied: () => Promise.resolve({ mark: 1, ahead: new Set() }),
  rejoin: (of, { busy }) => {
    if (of === shard) saidBusy.push(busy);
    return Promise.resolve({ kind: run === 'first' ? 'whole' : 'recovering', run });
  },
  chargeWindow: () => Promise.resolve(),
};

function recover(journal: Journal): void {
  recovery = new Recovery({
    ledger,
    nodes: { beat: () => Promise.resolve(1), leave: () => Promise.resolve() },
    nodeId: 'one',
    clock,
    leaseMs,
    journal,
    share: new LocalShare(clock),
    renewAll: () => Promise.resolve(),
    takeBack: () => Promise.resolve(),
    holdAgain: () => Promise.resolve(),
    onAnswered: () => undefined,
    onFailure: () => undefined,
    onReopened: () => undefined,
    onNodes: () => undefined,
    onWhole: () => undefined,
  });
  recovery.start();
}

/** Time goes on until the node has spoken to its shard again; what it reads from its disk takes real time. */
async function nextTick(): Promise<void> {
  const before = saidBusy.length;
  while (saidBusy.length === before) {
    clock.advance(1_000);
    await delay(1);
  }
}

const journals: Readonly<Record<string, () => Journal>> = {
  'on disk': () => {
    const events = { onSize: () => undefined, onFault: () => undefined };
    return new DiskJournal({ home, producerId: 'own', clock, maxBytes: 1024 ** 3, ...events });
  },
  'in memory': () => openMemoryJournal({ onSize: () => undefined, onPoison: () => undefined }),
};

for (const [kind, open] of Object.entries(journals)) {
  describe(`a node with its journal ${kind}, after Redis restarted`, () => {
    it('is busy until what waited then is confirmed', async () => {
      const journal = open();
      recover(journal);
      const waiting = journal.append(settlementOf('own', 1));
      await nextTick();
      run = 'second';
      await nextTick();
      await nextTick();
      assert.equal(saidBusy.at(-1), true);
      journal.confirm(waiting);
      await nextTick();
      assert.equal(saidBusy.at(-1), false);
      await journal.close();
    });

    it('is not kept busy by calls that end later, however many are being settled', async () => {
      const journal = open();
      recover(journal);
      await nextTick();
      run = 'second';
      await nextTick();
      saidBusy = [];
      for (let sequence = 1; sequence <= 20; sequence += 1) {
        const waiting = journal.append(settlementOf('own', sequence));
        await nextTick();
        journal.confirm(waiting);
      }
      assert.ok(saidBusy.length >= 20);
      assert.ok(saidBusy.slice(1).every((busy) => !busy));
      await journal.close();
    });
  });
}
