import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { LeaseProgress, Settlement } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import { LeaseKeeper } from '../src/admission/lease-keeper.ts';
import { Settler } from '../src/admission/settler.ts';
import { openMemoryJournal } from '../src/journal/memory-journal.ts';
import { settlementOf } from './journal/settlements.ts';
import { fakeStore, reservationOf } from './support/fake-store.ts';

const noneOfIt = (): void => undefined;

it('settlements that are sent again go over the connection for bulk, fifty in twentieth parts of a second', async () => {
  const clock = new ManualClock();
  const journal = openMemoryJournal({ onSize: noneOfIt, onPoison: noneOfIt });
  const sent: Settlement[] = [];
  const bulk = {
    settle: async (settlement: Settlement) => {
      sent.push(settlement);
      return 'settled' as const;
    },
  };
  for (let sequence = 1; sequence <= 120; sequence += 1) journal.append(settlementOf('dead', sequence));
  const settler = new Settler({
    admission: fakeStore({}),
    bulk,
    clock,
    journal,
    producerId: 'alive',
    isStoreAway: () => false,
    onEnded: noneOfIt,
    onSettled: noneOfIt,
    onFailure: assert.ifError,
    onPoison: (_, error) => assert.ifError(error),
  });
  settler.start();
  const counts: number[] = [];
  for (let ticks = 0; ticks < 4; ticks += 1) {
    await clock.advanceSettling(50);
    await clock.advanceSettling(0);
    counts.push(sent.length);
  }
  assert.deepEqual(counts, [50, 100, 120, 120]);
  assert.equal(new Set(sent.map(({ producer }) => producer.sequence)).size, 120);
});

it('a settlement that is sent for the first time goes over the connection of admissions', async () => {
  const clock = new ManualClock();
  const journal = openMemoryJournal({ onSize: noneOfIt, onPoison: noneOfIt });
  const sent: Settlement[] = [];
  const settler = new Settler({
    admission: fakeStore({
      settle: async (settlement) => {
        sent.push(settlement);
        return 'settled';
      },
    }),
    bulk: fakeStore({}),
    clock,
    journal,
    producerId: 'alive',
    isStoreAway: () => false,
    onEnded: noneOfIt,
    onSettled: noneOfIt,
    onFailure: assert.ifError,
    onPoison: (_, error) => assert.ifError(error),
  });
  settler.settle(settlementOf('alive', 1));
  await clock.advanceSettling(0);
  assert.deepEqual([sent.length, journal.size], [1, 0]);
});

it('calls are given back to a store that lost them in portions with pauses, and none that has ended meanwhile', async () => {
  const clock = new ManualClock();
  const portions: number[] = [];
  const admission = fakeStore({
    renew: async (calls: readonly LeaseProgress[]) => {
      portions.push(calls.length);
      return calls.map(() => 'readopted' as const);
    },
  });
  const leases = new LeaseKeeper({ admission, clock });
  for (let call = 0; call < 120; call += 1) leases.keep(reservationOf(`call-${call}`), new AbortController());
  const readopted = leases.readoptAll();
  await clock.advanceSettling(49);
  assert.deepEqual(portions, [50]);
  leases.release('call-119');
  await clock.advanceSettling(51);
  await readopted;
  assert.deepEqual(portions, [50, 50, 19]);
});
