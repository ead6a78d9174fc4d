import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import { UnwantedReservations } from '../../src/redis/unwanted-reservations.ts';

test('a reservation that could not be voided is voided when the connection is back, once', async () => {
  const asked: string[] = [];
  let connected = false;
  const unwanted = new UnwantedReservations({
    void: async ({ reservationId }) => {
      asked.push(reservationId);
      if (!connected) throw new StoreError('unavailable', 'away');
    },
    onFault: assert.ifError,
    clock: new ManualClock(),
  });
  await unwanted.add({ reservationId: 'a', shard: '17' });
  await unwanted.add({ reservationId: 'b', shard: '03' });
  await unwanted.retry();
  connected = true;
  await unwanted.retry();
  await unwanted.retry();
  assert.deepEqual(asked, ['a', 'b', 'a', 'b', 'a', 'b']);
});

test('a fault that trying again cannot mend is told, and not tried again', async () => {
  const faults: unknown[] = [];
  let asked = 0;
  const unwanted = new UnwantedReservations({
    void: async () => {
      asked += 1;
      throw new TypeError('ours');
    },
    onFault: (fault) => faults.push(fault),
    clock: new ManualClock(),
  });
  await unwanted.add({ reservationId: 'a', shard: '17' });
  await unwanted.retry();
  assert.equal(asked, 1);
  assert.deepEqual(faults, [new TypeError('ours')]);
});

test('beyond ten thousand the oldest are left to the reaper', async () => {
  const asked = new Set<string>();
  let connected = false;
  const unwanted = new UnwantedReservations({
    void: async ({ reservationId }) => {
      if (!connected) throw new StoreError('unavailable', 'away');
      asked.add(reservationId);
    },
    onFault: assert.ifError,
    clock: new ManualClock(),
  });
  for (let id = 0; id < 10_001; id += 1) await unwanted.add({ reservationId: String(id), shard: '17' });
  connected = true;
  await unwanted.retry();
  assert.equal(asked.size, 10_000);
  assert.equal(asked.has('0'), false);
});

test('what could not be voided is tried again within seconds, without a new connection', async () => {
  const clock = new ManualClock();
  let tries = 0;
  const unwanted = new UnwantedReservations({
    void: async () => {
      tries += 1;
      if (tries < 3) throw new StoreError('shard_unavailable', 'its slot is moving');
    },
    onFault: assert.ifError,
    clock,
  });
  await unwanted.add({ reservationId: 'a', shard: '17' });
  await clock.advanceSettling(5000);
  assert.deepEqual([tries, clock.scheduledCount], [3, 0]);
});
