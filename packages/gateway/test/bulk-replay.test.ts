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

it('a lease is renewed as often however long all of them take, in portions with pauses', async () => {
  const clock = new ManualClock();
  const renewals: { readonly atMs: number; readonly first: string }[] = [];
  const admission = fakeStore({
    renew: async (calls: readonly LeaseProgress[]) => {
      renewals.push({ atMs: clock.monotonicMs(), first: calls[0]?.reservation.reservationId ?? '' });
      return calls.map(() => 'renewed' as const);
    },
  });
  const leases = new LeaseKeeper({ admission, clock, times: { leaseMs: 35_000, renewEveryMs: 10_000 } });
  for (let call = 0; call < 120; call += 1) leases.keep(reservationOf(`call-${call}`), new AbortController());
  const beganMs = clock.monotonicMs();
  leases.start();
  await clock.advanceSettling(20_100);
  assert.deepEqual(
    renewals.map(({ atMs, first }) => [atMs - beganMs, first]),
    [10_000, 20_000].flatMap((atMs) => [
      [atMs, 'call-0'],
      [atMs + 20, 'call-50'],
      [atMs + 40, 'call-100'],
    ]),
  );
  const stopped = leases.stop();
  await clock.advanceSettling(0);
  await stopped;
});

it('a node that stops while it renews waits for no pauses of calls that have ended', async () => {
  const clock = new ManualClock();
  let renewed = 0;
  const admission = fakeStore({
    renew: async (calls: readonly LeaseProgress[]) => {
      renewed += calls.length;
      return calls.map(() => 'renewed' as const);
    },
  });
  const leases = new LeaseKeeper({ admission, clock });
  for (let call = 0; call < 500; call += 1) leases.keep(reservationOf(`call-${call}`), new AbortController());
  leases.start();
  await clock.advanceSettling(10_000);
  for (let call = 0; call < 500; call += 1) leases.release(`call-${call}`);
  const stopped = leases.stop();
  await clock.advanceSettling(20);
  await stopped;
  assert.equal(renewed, 50);
});
