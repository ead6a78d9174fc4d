import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, systemClock } from '@tollgate/core';
import { openRedisStore } from '../../src/redis/redis-store.ts';
import { nameScript, readScripts } from '../../src/scripts/script.ts';
import { admit, createCaller, requestOf, settlementOf, totalBudget } from '../conformance/fixtures.ts';
import { openPrivateStore, type LiveStore } from './live-store.ts';

const rules = { key: { limits: { concurrency: 9 }, budgets: [totalBudget(1000n)] }, boundNanoUsd: 10n };

/** What clients ran, by command. */
async function commandsOf({ redis }: LiveStore, work: () => Promise<void>): Promise<ReadonlyMap<string, number>> {
  await redis.config('RESETSTAT');
  await work();
  const stats = await redis.info('commandstats');
  return new Map(
    [...stats.matchAll(/cmdstat_([\w|]+):calls=(\d+)/g)].map(([, name = '', calls]) => [name, Number(calls)]),
  );
}

async function callOnce({ store }: Pick<LiveStore, 'store'>, caller: Awaited<ReturnType<typeof createCaller>>) {
  const reservation = await admit(store, requestOf(caller, rules));
  assert.equal(await store.admission.settle(settlementOf(reservation, { nanoUsd: 3n })), 'settled');
}

test('every script that says where each call begins is a library that Redis takes', async () => {
  await using live = await openPrivateStore();
  const libraries = [...readScripts()].flatMap(([file, text]) => nameScript(file, text).library ?? []);
  assert.ok(libraries.length >= 2);
  for (const { name, text } of libraries) {
    assert.equal(await live.redis.function('LOAD', 'REPLACE', text), name);
  }
});

test('functions that Redis lost are given to it again', async () => {
  await using live = await openPrivateStore();
  const caller = await createCaller(live.store);
  await callOnce(live, caller);
  await live.redis.function('FLUSH');
  await Promise.all(Array.from({ length: 5 }, () => callOnce(live, caller)));
  const commands = await commandsOf(live, () => callOnce(live, caller));
  assert.deepEqual([commands.get('fcall'), commands.get('evalsha')], [2, undefined]);
});

for (const denied of ['-function', '-function -fcall']) {
  test(`a server that grants ${denied} runs the same as scripts`, async () => {
    await using live = await openPrivateStore();
    const caller = await createCaller(live.store);
    await live.redis.call('ACL', 'SETUSER', 'bound', 'on', '>word', '~*', '+@all', ...denied.split(' '));
    const url = new Secret(`redis://bound:word@127.0.0.1:${live.server.port}`);
    const store = await live.another({ connection: { kind: 'single', url } });
    await callOnce({ store }, caller);
    const commands = await commandsOf(live, () => callOnce({ store }, caller));
    assert.deepEqual([commands.get('fcall'), commands.get('evalsha')], [undefined, 2]);
  });
}

test('a function that forgets what it has read of scopes decides as before', async () => {
  await using live = await openPrivateStore();
  const scripts = [...readScripts()].map(
    ([file, text]) => [file, text.replace(/TEXTS_KEPT = \d+/, 'TEXTS_KEPT = 2')] as const,
  );
  const connection = { kind: 'single', url: new Secret(live.server.url) } as const;
  const settings = { connection, keyPrefix: live.keyPrefix, timeoutMs: 5000, clock: systemClock };
  const store = openRedisStore(settings, new Map(scripts));
  assert.equal(await store.whenReady(5000), true);
  const callers = await Promise.all(['one', 'two', 'three'].map((name) => createCaller(store, name)));
  for (let round = 0; round < 3; round += 1) {
    for (const caller of callers) await callOnce({ store }, caller);
  }
  for (const caller of callers) {
    const [key] = await store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
    assert.deepEqual([key?.spentNanoUsd, key?.budgets[0]?.reservedNanoUsd], [9n, 0n]);
  }
  await store.close();
});
