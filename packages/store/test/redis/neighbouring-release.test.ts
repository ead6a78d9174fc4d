import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyLedger, type Reservation } from '@tollgate/core';
import { admit, createCaller, requestOf, settlementOf, totalBudget } from '../conformance/fixtures.ts';
import { openLiveStore, type LiveStore } from './live-store.ts';

const rules = {
  key: { limits: { requestsPerMinute: 100, concurrency: 9 }, budgets: [totalBudget(1000n)] },
  boundNanoUsd: 10n,
};

test('fields that the next release adds to records of the same schema are left alone, and everything works', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const { shard } = caller.tenant;
  const producer = 'of-this-release';
  const settled = settlementOf(await admit(live.store, requestOf(caller, rules)), { nanoUsd: 3n, producer });
  await live.store.admission.settle(settled);
  const [first, second] = [
    await admit(live.store, requestOf(caller, rules)),
    await admit(live.store, requestOf(caller, rules)),
  ];
  const base = `${live.keyPrefix}:{s${shard}}:`;
  const records = ['k:*', 't:*', 'r:*', 'm', 'b:*', 'w:*'];
  for (const key of (await Promise.all(records.map((shape) => live.redis.keys(`${base}${shape}`)))).flat()) {
    await live.redis.hset(key, 'of_the_next_release', 'words');
  }
  assert.equal((await live.store.keys.identify(caller.key))?.key.keyId, caller.key.keyId);
  assert.deepEqual(await live.store.admission.renew([{ reservation: first, tokens: 1, nanoUsd: 1n }], 30_000), [
    'renewed',
  ]);
  assert.equal(await live.store.admission.settle(settled), 'duplicate');
  assert.equal(
    await live.store.admission.settle(settlementOf(first, { nanoUsd: 4n, producer, sequence: 2 })),
    'settled',
  );
  await live.store.admission.void(second);
  await admit(live.store, requestOf(caller, rules));
  const { events } = await live.store.stream.read({ shard, worker: 'one', atMost: 9 });
  assert.deepEqual(
    (await Promise.all(events.map((taken) => live.store.stream.apply(taken)))).map(({ kind }) => kind),
    ['applied', 'applied'],
  );
  assert.equal((await verifyLedger(live.store.keys, live.store.books)).driftNanoUsd, 0n);
});

test('numbers of a producer that the release before wrote, without the day of their life, still count', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const settled = settlementOf(await admit(live.store, requestOf(caller, rules)), { nanoUsd: 3n, producer: 'old' });
  await live.store.admission.settle(settled);
  const key = `${live.keyPrefix}:{s${caller.tenant.shard}}:p:old`;
  await live.redis.hdel(key, 'day');
  assert.equal(await live.store.admission.settle(settled), 'duplicate');
  const next = settlementOf(await admit(live.store, requestOf(caller, rules)), { producer: 'old', sequence: 2 });
  assert.equal(await live.store.admission.settle(next), 'settled');
  assert.deepEqual(await live.store.ledger.applied(caller.tenant.shard, 'old'), { mark: 2, ahead: new Set() });
});

/** Makes a reservation's record, and what its node has of it, those of the release before. */
async function asBefore({ redis, keyPrefix }: LiveStore, reservation: Reservation): Promise<Reservation> {
  const [head = '', ...lines] = reservation.terms.split('\n');
  const [, admittedMs, tokens, leaseMs, bound] = head.split(' ');
  const scopes = lines.slice(0, -1).flatMap((line) => {
    const [kind, id, , limit, , ...budgets] = line.split('\t');
    const [cap, firmness, period, ends] = budgets;
    const scope = `S ${kind} ${Math.floor(Number(admittedMs) / 1000)} 0 ${limit === '' ? '-' : limit} ${id}`;
    return cap === undefined
      ? [scope]
      : [scope, `B ${bound} ${firmness === 'hard' ? cap : '-'} ${ends === '' ? '-' : ends} ${period}`];
  });
  const terms = [`1 ${admittedMs} ${tokens} ${leaseMs} ${bound} firm -`, ...scopes, lines.at(-1)].join('\n');
  await redis.hset(
    `${keyPrefix}:{s${reservation.shard}}:r:${reservation.reservationId}`,
    'schema',
    '1',
    'terms',
    terms,
  );
  return { ...reservation, terms };
}

test('reservations of the release before are extended, renewed, settled, voided and held again as their own', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const { shard } = caller.tenant;
  const own = async () => asBefore(live, await admit(live.store, requestOf(caller, rules)));
  const standing = async () => {
    const [key] = await live.store.admission.standings(shard, requestOf(caller, rules).scopes);
    return [key?.spentNanoUsd, key?.budgets[0]?.reservedNanoUsd, key?.concurrency?.remaining, key?.requests?.remaining];
  };
  const [settled, voided, lost] = [await own(), await own(), await own()];
  assert.deepEqual(await standing(), [0n, 30n, 6, 97]);
  const extended = await live.store.admission.extend(settled, { boundNanoUsd: 5n, expectedNanoUsd: 5n });
  assert.ok(extended !== undefined);
  assert.deepEqual(await standing(), [0n, 35n, 6, 97]);
  assert.equal(await live.store.admission.settle(settlementOf(settled, { nanoUsd: 4n })), 'settled');
  await live.store.admission.void(voided);
  assert.deepEqual(await standing(), [4n, 10n, 8, 98]);
  const base = `${live.keyPrefix}:{s${shard}}:`;
  await live.redis.del(`${base}r:${lost.reservationId}`);
  await live.redis.zrem(`${base}x`, lost.reservationId);
  assert.deepEqual(await live.store.admission.renew([{ reservation: lost, tokens: 0, nanoUsd: 0n }], 30_000), [
    'readopted',
  ]);
  assert.deepEqual(await standing(), [4n, 20n, 7, 98]);
  await live.redis.del(`${base}r:${lost.reservationId}`);
  assert.equal(await live.store.admission.settle(settlementOf(lost, { nanoUsd: 2n })), 'unreserved');
  assert.equal((await standing())[0], 6n);
  assert.equal((await verifyLedger(live.store.keys, live.store.books)).driftNanoUsd, 0n);
});
