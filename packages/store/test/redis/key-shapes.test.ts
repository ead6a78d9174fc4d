import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { shardKeys } from '../../src/redis/key-names.ts';
import { usageEventSchema } from '@tollgate/core';
import { admit, createCaller, requestOf, settlementOf, totalBudget } from '../conformance/fixtures.ts';
import { openLiveStore, type LiveStore } from './live-store.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'redis-keys.md'), 'utf8');
const luaDirectory = join(import.meta.dirname, '..', '..', 'src', 'lua');

interface Documented {
  readonly name: string;
  readonly shape: RegExp;
  readonly type: string;
  readonly writers: readonly string[];
}

const documented: readonly Documented[] = [
  ...page.matchAll(/^\| `([^`]+)` +\| ([a-z]+(?: [a-z]+)?) +\| [^|]+ \| ([^|]+) \|/gm),
].map(([, name = '', type = '', writers = '']) => ({
  name,
  shape: new RegExp(`^${name.replace('<scope>', '(key|tenant):.+').replace(/<[^>]+>/g, '[^:]+')}$`),
  type: type === 'sorted set' ? 'zset' : type,
  writers: [...writers.matchAll(/`([^`]+)`/g)].map(([, writer = '']) => writer),
}));

/** Leaves a key of every kind behind. */
async function useEverything({ store }: LiveStore): Promise<string> {
  const caller = await createCaller(store);
  const rules = { key: { budgets: [totalBudget(1000n)] } };
  const { shard } = caller.tenant;
  for (const nanoUsd of [1n, 2n]) {
    const settlement = settlementOf(await admit(store, requestOf(caller, rules)), { nanoUsd });
    await store.admission.settle({ ...settlement, event: { ...settlement.event, tags: { team: 'search' } } });
  }
  const [applied, dead] = (await store.stream.read({ shard, worker: 'one', atMost: 2 })).events;
  assert.ok(applied !== undefined && dead !== undefined);
  await store.stream.apply(applied);
  await store.stream.setAside(dead, 'for the test');
  const [kept] = (await store.books.events(shard, undefined)).events;
  assert.ok(kept !== undefined);
  const repriced = { ...usageEventSchema.parse(JSON.parse(kept.text)), attempts: [] };
  await store.books.reprice(shard, {
    of: kept,
    costs: '3/p',
    replacesNanoUsd: 1n,
    event: { ...repriced, type: 'repricing' },
  });
  await admit(store, requestOf(caller, rules));
  await store.admission.void(await admit(store, requestOf(caller, rules)));
  await store.admission.reap(shard, 10);
  await store.nodes.beat('a-node', 30_000);
  await store.alerts.raise({ id: 'an-alert', text: '{}', webhooks: ['ops'] });
  await store.claims.claim({ shard, scopeId: 'a-key', name: 'n' }, { requestId: 'one', print: 'p' });
  const place = { model: 'm', provider: 'p', providerModel: 'n', credential: 'c' };
  await store.responses.note({ shard, tenant: caller.tenant.name, responseId: 'resp_1' }, place);
  return shard;
}

test('docs/redis-keys.md lists every key that there is, with its type, and none that there is not', async () => {
  await using live = await openLiveStore();
  const shard = await useEverything(live);
  const base = `${live.keyPrefix}:{s${shard}}:`;
  const found = new Set<string>();
  for (const key of await live.redis.keys(`${live.keyPrefix}:*`)) {
    const name = key.startsWith(base) ? key.slice(base.length) : key.replace(`${live.keyPrefix}:{s00}:`, '');
    const [entry, ...others] = documented.filter(({ shape }) => shape.test(name));
    assert.ok(entry !== undefined && others.length === 0, `${key} is not listed once`);
    assert.equal(await live.redis.type(key), entry.type, key);
    found.add(entry.name);
  }
  assert.deepEqual([...found].toSorted(), documented.map(({ name }) => name).toSorted());
});

test('the names that nodes make have the listed shapes', () => {
  const { base, index, stream, meta, dead, repriced, tenants, nodes, often, ...made } = shardKeys('tg', '17');
  assert.equal(base, 'tg:{s17}:');
  assert.deepEqual(
    Object.values(often).map(({ text }) => text),
    [base, index, stream, meta],
  );
  const { rollUp, ...byId } = made;
  const named = Object.values(byId).map((make) => make('some-id'));
  const names = [
    index,
    stream,
    meta,
    dead,
    repriced,
    tenants,
    nodes,
    ...named,
    rollUp('acme:hour:20780'),
    rollUp('acme:day:649:team'),
  ];
  for (const name of names)
    assert.ok(
      documented.some(({ shape }) => shape.test(name.slice(base.length))),
      name,
    );
});

test('every listed writer is a script', () => {
  for (const { name, writers } of documented) {
    assert.ok(writers.length > 0, name);
    for (const writer of writers) assert.ok(readFileSync(join(luaDirectory, `${writer}.lua`), 'utf8'), writer);
  }
});

test('what is not for good expires, a window once no call is in flight', async () => {
  await using live = await openLiveStore();
  const shard = await useEverything(live);
  const expiring = /:(p|u|v|a|aq|o|i):|:r:call-\d+$/;
  const base = `${live.keyPrefix}:{s${shard}}:`;
  const held = new Set(await live.redis.zrange(`${base}x`, '-inf', '+inf', 'BYSCORE'));
  for (const key of await live.redis.keys(`${live.keyPrefix}:*`)) {
    const inFlight = held.has(key.slice(`${base}r:`.length));
    const expires = (await live.redis.pttl(key)) > 0;
    assert.equal(expires, expiring.test(key) && !inFlight, key);
  }
  for (const reservationId of held) await live.store.admission.void({ reservationId, shard });
  const windows = await live.redis.keys(`${base}w:*`);
  assert.deepEqual([windows.length, held.size], [2, 1]);
  for (const key of windows) assert.ok((await live.redis.pttl(key)) > 0, key);
});
