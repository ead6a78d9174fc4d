import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Secret, StoreError, type StoreErrorCode } from '@tollgate/core';
import { startFaultProxy, startRedis } from '@tollgate/testkit';
import { dump } from '../conformance/bench.ts';
import { admit, createCaller, requestOf, settlementOf, totalBudget } from '../conformance/fixtures.ts';
import { openLiveStore, openPrivateStore } from './live-store.ts';

const failing = (code: StoreErrorCode) => (error: unknown) => error instanceof StoreError && error.code === code;

test('an emptied script cache heals itself', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  await admit(live.store, requestOf(caller));
  await live.redis.script('FLUSH');
  const reservations = await Promise.all(Array.from({ length: 20 }, () => admit(live.store, requestOf(caller))));
  await live.redis.script('FLUSH');
  const settled = await Promise.all(reservations.map((call) => live.store.admission.settle(settlementOf(call))));
  assert.deepEqual(new Set(settled), new Set(['settled']));
});

test('an admission and a settlement are one command each', async () => {
  await using live = await openPrivateStore();
  const caller = await createCaller(live.store);
  await live.store.admission.settle(settlementOf(await admit(live.store, requestOf(caller))));
  await live.redis.config('RESETSTAT');
  for (let count = 0; count < 10; count += 1) {
    await live.store.admission.settle(settlementOf(await admit(live.store, requestOf(caller))));
  }
  const stats = await live.redis.info('commandstats');
  assert.equal(/cmdstat_fcall:calls=(\d+)/.exec(stats)?.[1], '20');
  assert.doesNotMatch(stats, /cmdstat_(eval|evalsha|script|function)\b/);
});

test('a full Redis admits nothing and still settles, renews, voids, reaps and revokes', async () => {
  await using live = await openPrivateStore();
  const { key, tenant } = await createCaller(live.store);
  const [one, two] = [
    await admit(live.store, requestOf({ key, tenant })),
    await admit(live.store, requestOf({ key, tenant })),
  ];
  await live.redis.config('SET', 'maxmemory', '1mb');
  await assert.rejects(live.store.admission.admit(requestOf({ key, tenant })), failing('full'));
  assert.deepEqual(await live.store.admission.renew([{ reservation: one, tokens: 1, nanoUsd: 1n }], 30_000), [
    'renewed',
  ]);
  assert.equal(await live.store.admission.settle(settlementOf(one, { nanoUsd: 3n })), 'settled');
  await live.store.admission.void(two);
  assert.equal(await live.store.admission.reap(tenant.shard, 10), 0);
  assert.equal(await live.store.keys.replaceKey({ ...key, version: 2, status: 'revoked' }), true);
  assert.equal((await live.store.keys.identify(key))?.key.status, 'revoked');
});

test('a node that was busy itself does not take Redis for slow: the answer that has come meanwhile is read', async () => {
  await using live = await openLiveStore({ timeoutMs: 50 });
  const caller = await createCaller(live.store);
  await admit(live.store, requestOf(caller)); // It knows Redis' clock now.
  const decided = live.store.admission.admit(requestOf(caller));
  await new Promise(setImmediate); // Now it is on its way, and this turn reads no answer.
  const busyMs = 200;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyMs);
  assert.equal((await decided).kind, 'admitted');
});

test('an admission that Redis answers too late is taken back', async () => {
  await using live = await openPrivateStore({ timeoutMs: 100 });
  const caller = await createCaller(live.store);
  const rules = { key: { limits: { concurrency: 3, requestsPerMinute: 3 }, budgets: [totalBudget(30n)] } };
  const stalled = live.redis.call('DEBUG', 'SLEEP', '0.4');
  // Without a reply yet the node does not know Redis' clock, so these are made, and found to be unwanted.
  const racing = Array.from({ length: 3 }, () =>
    live.store.admission.admit(requestOf(caller, { ...rules, boundNanoUsd: 10n })),
  );
  for (const decision of racing) await assert.rejects(decision, failing('timeout'));
  await stalled;
  const { shard } = caller.tenant;
  const nothingHeld = async () => {
    const [key] = await live.store.admission.standings(shard, requestOf(caller, rules).scopes);
    return key?.concurrency?.remaining === 3 && key.requests?.remaining === 3 && key.budgets[0]?.reservedNanoUsd === 0n;
  };
  for (let tries = 0; !(await nothingHeld()); tries += 1) {
    assert.ok(tries < 100, 'still held');
    await delay(10);
  }
});

test('an admission whose answer is lost with the connection, and that is sent again too late, is taken back', async () => {
  await using live = await openPrivateStore();
  const proxy = await startFaultProxy(live.server.port);
  const store = await live.another({
    timeoutMs: 200,
    connection: { kind: 'single', url: new Secret(`redis://127.0.0.1:${proxy.port}`) },
  });
  const caller = await createCaller(live.store);
  // From the first answer on the node knows Redis' clock.
  await store.admission.settle(settlementOf(await admit(store, requestOf(caller))));
  proxy.holdReplies();
  await assert.rejects(store.admission.admit(requestOf(caller)), failing('timeout'));
  const held = () => live.redis.zcard(`${live.keyPrefix}:{s${caller.tenant.shard}}:x`);
  assert.equal(await held(), 1);
  proxy.cut();
  proxy.release();
  for (let tries = 0; (await held()) > 0; tries += 1) {
    assert.ok(tries < 500, 'still held');
    await delay(10);
  }
  await proxy.stop();
});

test('an admission that reaches Redis after its node gave up makes nothing', async () => {
  await using live = await openPrivateStore({ timeoutMs: 100 });
  const caller = await createCaller(live.store);
  // From now on Redis knows the script, and the node Redis' clock.
  await live.store.admission.admit(requestOf(caller, { key: { limits: { requestsPerMinute: 0 } } }));
  const before = await dump(live.redis, live.keyPrefix);
  await live.redis.call('CLIENT', 'PAUSE', '400', 'ALL');
  await assert.rejects(live.store.admission.admit(requestOf(caller)), failing('timeout'));
  // Answered in the order of their coming, so the admission was executed before this.
  await live.redis.ping();
  const reserved = (await live.redis.keys(`${live.keyPrefix}:*:r:*`)).length;
  assert.equal(reserved, 0);
  assert.equal(await dump(live.redis, live.keyPrefix), before);
});

test('a store without connection says so at once, and works again when Redis is back', async () => {
  const changes: boolean[] = [];
  await using live = await openPrivateStore({ onConnection: (connected) => changes.push(connected) });
  const { server } = live;
  const caller = await createCaller(live.store);
  await server.stop();
  await assert.rejects(live.store.admission.admit(requestOf(caller)), failing('unavailable'));
  await assert.rejects(live.store.ping(), failing('unavailable'));
  const again = await startRedis({ port: server.port });
  assert.equal(await live.store.whenReady(5000), true);
  await live.store.ping();
  assert.equal(await live.store.keys.identify(caller.key), undefined);
  assert.deepEqual(changes, [true, false, true]);
  await live.store.close();
  await again.stop();
});

test('usage events that wait unread up to their cap stop admissions and nothing else', async () => {
  await using live = await openLiveStore({ maxBacklogEvents: 2 });
  const caller = await createCaller(live.store);
  const calls = [await admit(live.store, requestOf(caller)), await admit(live.store, requestOf(caller))];
  await live.store.admission.settle(settlementOf(await admit(live.store, requestOf(caller))));
  for (const call of calls) await live.store.admission.settle(settlementOf(call));
  await assert.rejects(live.store.admission.admit(requestOf(caller)), failing('backlog_full'));
});

test('a record of a later release is refused, and the message says what to do', async () => {
  await using live = await openLiveStore();
  const { key, tenant } = await createCaller(live.store);
  const reservation = await admit(live.store, requestOf({ key, tenant }));
  const base = `${live.keyPrefix}:{s${tenant.shard}}:`;
  await live.redis.hset(`${base}k:${key.keyId}`, 'schema', 2);
  const tooNew = (error: unknown) => failing('schema')(error) && /update this process/.test(String(error));
  await assert.rejects(live.store.keys.identify(key), tooNew);
  await assert.rejects(live.store.keys.keys(tenant.name), tooNew);
  await assert.rejects(live.store.admission.admit(requestOf({ key, tenant })), tooNew);
  await live.redis.hset(`${base}r:${reservation.reservationId}`, 'schema', 3);
  await assert.rejects(live.store.admission.settle(settlementOf(reservation)), tooNew);
});

for (const broken of ['w:tenant:acme', 'b:tenant:acme', 'ev', 'm', 'x', 'p:producer-x'] as const) {
  test(`a settlement that cannot be booked to ${broken} books nothing`, async () => {
    await using live = await openLiveStore();
    const caller = await createCaller(live.store);
    const rules = { key: { budgets: [totalBudget(30n)] } };
    const reservation = await admit(live.store, requestOf(caller, { ...rules, boundNanoUsd: 10n }));
    const key = `${live.keyPrefix}:{s${caller.tenant.shard}}:${broken}`;
    await live.redis.del(key);
    await live.redis.sadd(key, 'of another type');
    const before = await dump(live.redis, live.keyPrefix);
    const settlement = settlementOf(reservation, { producer: 'producer-x', nanoUsd: 5n, tokens: 500 });
    await assert.rejects(live.store.admission.settle(settlement), (error) => !(error instanceof StoreError));
    assert.equal(await dump(live.redis, live.keyPrefix), before);
  });
}

test('an event that does not fit the schema is refused before Redis is asked', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const settlement = settlementOf(await admit(live.store, requestOf(caller)));
  const before = await dump(live.redis, live.keyPrefix);
  const event = { ...settlement.event, cost_nano_usd: '1.5' };
  await assert.rejects(live.store.admission.settle({ ...settlement, event }), { name: 'TypeError' });
  assert.equal(await dump(live.redis, live.keyPrefix), before);
});
