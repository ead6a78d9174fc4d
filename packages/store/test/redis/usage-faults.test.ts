import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, StoreError, systemClock, verifyLedger, type Caller, type TakenEvent } from '@tollgate/core';
import { testRedis } from '@tollgate/testkit';
import { openRedisStore } from '../../src/redis/redis-store.ts';
import { readScripts } from '../../src/scripts/script.ts';
import { dump } from '../conformance/bench.ts';
import { admit, createCaller, eventOf, requestOf, settlementOf, totalBudget } from '../conformance/fixtures.ts';
import { openLiveStore, type LiveStore } from './live-store.ts';

const rules = { key: { budgets: [totalBudget(1_000_000n)] }, boundNanoUsd: 10n };

async function spend({ store }: LiveStore, caller: Caller, nanoUsd = 5n): Promise<void> {
  const reservation = await admit(store, requestOf(caller, rules));
  const event = { ...eventOf(reservation, nanoUsd), tags: { team: 'search' } };
  await store.admission.settle({ ...settlementOf(reservation, { nanoUsd }), event });
}

async function takeOne({ store }: LiveStore, { tenant }: Caller): Promise<TakenEvent> {
  const [taken] = (await store.stream.read({ shard: tenant.shard, worker: 'one', atMost: 1 })).events;
  assert.ok(taken !== undefined);
  return taken;
}

const verify = ({ store }: LiveStore) => verifyLedger(store.keys, store.books);
const ofOurOwn = (error: unknown): boolean => !(error instanceof StoreError);

/** Another process on the same keys, with a constant of the scripts changed. */
async function openChanged({ keyPrefix }: LiveStore, constant: RegExp, to: string) {
  const scripts = [...readScripts()].map(([file, text]) => [file, text.replace(constant, to)] as const);
  const connection = { kind: 'single', url: new Secret(await testRedis()) } as const;
  const store = openRedisStore({ connection, keyPrefix, timeoutMs: 5000, clock: systemClock }, new Map(scripts));
  assert.equal(await store.whenReady(5000), true);
  return { store, [Symbol.asyncDispose]: () => store.close() };
}

/** What can be wrong with an entry of the stream. */
const poison: Readonly<Record<string, (event: Record<string, unknown>) => string>> = {
  'no JSON': () => '{"schema":1,',
  'no event': () => '"text"',
  'an event of another kind': (event) => JSON.stringify({ ...event, type: 'deposit' }),
  'no usage': (event) => JSON.stringify({ ...event, usage: undefined }),
  'usage with a part of a token': (event) =>
    JSON.stringify({ ...event, usage: { ...Object(event['usage']), output: 1.5 } }),
  'a cost that is no whole number': (event) => JSON.stringify({ ...event, cost_nano_usd: '1.5' }),
  'attempts without a provider': (event) => JSON.stringify({ ...event, attempts: [{}] }),
};

for (const [what, spoil] of Object.entries(poison)) {
  test(`an entry with ${what} is refused as its own fault, and adds nothing anywhere`, async () => {
    await using live = await openLiveStore();
    const caller = await createCaller(live.store);
    const stream = `${live.keyPrefix}:{s${caller.tenant.shard}}:ev`;
    await spend(live, caller);
    const [[, fields] = ['', []]] = await live.redis.xrange(stream, '-', '+');
    const text = spoil(JSON.parse(fields[fields.indexOf('event') + 1] ?? ''));
    await live.redis.del(stream);
    await live.redis.xadd(stream, '*', ...fields.map((field, at) => (fields[at - 1] === 'event' ? text : field)));
    const taken = await takeOne(live, caller);
    const before = await dump(live.redis, live.keyPrefix);
    await assert.rejects(live.store.stream.apply(taken), ofOurOwn);
    assert.equal(await dump(live.redis, live.keyPrefix), before);
    assert.equal(await live.store.stream.setAside(taken, what), true);
    const [letter] = await live.store.books.deadLetters(caller.tenant.shard);
    assert.equal(letter?.text, text);
    await assert.rejects(live.store.books.replay(caller.tenant.shard, letter.entryId), ofOurOwn);
    assert.equal((await live.store.books.deadLetters(caller.tenant.shard)).length, 1);
  });
}

for (const broken of [
  'b:key:<key>',
  'f:tenant:acme',
  'f:key:<key>',
  'm',
  'u:acme:day:<block>',
  'v:acme:team',
] as const) {
  test(`an event that cannot be added to ${broken} is added nowhere`, async () => {
    await using live = await openLiveStore();
    const caller = await createCaller(live.store);
    await spend(live, caller);
    const taken = await takeOne(live, caller);
    const block = Math.floor(eventOf(await admit(live.store, requestOf(caller)), 0n).started_at_ms / (32 * 86_400_000));
    const name = broken.replace('<key>', caller.key.scopeId).replace('<block>', String(block));
    const key = `${live.keyPrefix}:{s${caller.tenant.shard}}:${name}`;
    await live.redis.del(key);
    await live.redis.rpush(key, 'of another type');
    await assert.rejects(live.store.stream.apply(taken), ofOurOwn);
    const written = (await live.redis.keys(`${live.keyPrefix}:*`)).filter((each) => /:[fuv]:/.test(each));
    assert.deepEqual(
      written,
      [key].filter((each) => /:[fuv]:/.test(each)),
    );
    await live.redis.del(key);
    if (broken !== 'm') assert.equal((await live.store.stream.apply(taken)).kind, 'applied');
  });
}

test('an event of a later release is left to an aggregator that knows it', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const stream = `${live.keyPrefix}:{s${caller.tenant.shard}}:ev`;
  await spend(live, caller);
  const [[, fields] = ['', []]] = await live.redis.xrange(stream, '-', '+');
  await live.redis.del(stream);
  await live.redis.xadd(stream, '*', ...fields.map((field, at) => (fields[at - 1] === 'schema' ? '2' : field)));
  const refused = (error: unknown): boolean => error instanceof StoreError && error.code === 'schema';
  await assert.rejects(live.store.stream.apply(await takeOne(live, caller)), refused);
});

test('an entry that took the place of the one that was read is not applied in its stead', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const stream = `${live.keyPrefix}:{s${caller.tenant.shard}}:ev`;
  await spend(live, caller);
  const taken = await takeOne(live, caller);
  const [[id, fields] = ['', []]] = await live.redis.xrange(stream, '-', '+');
  await live.redis.del(stream);
  await live.redis.xadd(stream, id, ...fields.map((field, at) => (fields[at - 1] === 'sequence' ? '2' : field)));
  const { shard } = caller.tenant;
  const [handedOut] = (await live.store.stream.read({ shard, worker: 'one', atMost: 1 })).events;
  assert.deepEqual([handedOut?.entryId, handedOut?.sequence], [taken.entryId, '2']);
  assert.deepEqual(await live.store.stream.apply(taken), { kind: 'passed_over' });
});

test('events that were applied are not handed out anew when the consumer group is gone', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  await spend(live, caller);
  await live.store.stream.apply(await takeOne(live, caller));
  await spend(live, caller);
  await live.redis.xgroup('DESTROY', `${live.keyPrefix}:{s${caller.tenant.shard}}:ev`, 'aggregators');
  await assert.rejects(takeOne(live, caller), /consumer group is gone/);
});

test('a counter that somebody changed is found, with what its events say', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  for (const nanoUsd of [5n, 6n]) await spend(live, caller, nanoUsd);
  await live.store.stream.apply(await takeOne(live, caller));
  const money = `${live.keyPrefix}:{s${caller.tenant.shard}}:b:key:${caller.key.scopeId}`;
  await live.redis.hincrby(money, 'spent', 3);
  await live.redis.hincrby(money, 'spent|total', -2);
  const { driftNanoUsd, drifted } = await verify(live);
  assert.equal(driftNanoUsd, 5n);
  assert.deepEqual(
    drifted.map(({ scope, period, spentNanoUsd, eventsNanoUsd }) => [scope.kind, period, spentNanoUsd, eventsNanoUsd]),
    [
      ['key', undefined, 14n, 11n],
      ['key', 'total', 9n, 11n],
    ],
  );
});

test('an event that is lost from the stream before it was applied shows as drift', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  await spend(live, caller);
  assert.equal((await verify(live)).driftNanoUsd, 0n);
  await live.redis.xtrim(`${live.keyPrefix}:{s${caller.tenant.shard}}:ev`, 'MAXLEN', 0);
  assert.equal((await verify(live)).driftNanoUsd, 15n);
});

test('with more events waiting than one look takes in, the shard is told to be behind', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  await Promise.all(Array.from({ length: 1001 }, () => spend(live, caller)));
  assert.deepEqual((await verify(live)).behind, [caller.tenant.shard]);
  await live.store.stream.apply(await takeOne(live, caller));
  assert.deepEqual((await verify(live)).behind, []);
});

test('workers that are gone for long are forgotten, but not while they hold an event', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const { shard } = caller.tenant;
  await using changed = await openChanged(live, /WORKER_GONE_MS = \d+/, 'WORKER_GONE_MS = -1');
  for (const worker of ['gone', 'holding']) {
    await spend(live, caller);
    const [taken] = (await live.store.stream.read({ shard, worker, atMost: 1 })).events;
    assert.ok(taken !== undefined);
    if (worker === 'gone') await live.store.stream.apply(taken);
  }
  const workers = async () => {
    const stream = `${live.keyPrefix}:{s${shard}}:ev`;
    return ((await live.redis.xinfo('CONSUMERS', stream, 'aggregators')) as unknown[][]).map((row) => row[1]);
  };
  await live.store.stream.trim(shard, { keptMs: 1e12, keptEvents: 100, mostWaiting: 1000 });
  assert.deepEqual(await workers(), ['gone', 'holding']);
  await changed.store.stream.trim(shard, { keptMs: 1e12, keptEvents: 100, mostWaiting: 1000 });
  assert.deepEqual(await workers(), ['holding']);
});

test('models that a full roll-up does not have yet count as other, and the sums stay whole', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  await using changed = await openChanged(live, /MOST_FIELDS = \d+/, 'MOST_FIELDS = 4');
  for (const model of ['a', 'b', 'made-up-1', 'made-up-2', 'a']) {
    const reservation = await admit(live.store, requestOf(caller, rules));
    const event = { ...eventOf(reservation, 5n), model };
    await live.store.admission.settle({ ...settlementOf(reservation, { nanoUsd: 5n }), event });
    await changed.store.stream.apply(await takeOne(live, caller));
  }
  const { started_at_ms: atMs } = eventOf(await admit(live.store, requestOf(caller)), 0n);
  const query = { tenant: 'acme', span: 'hour', sinceMs: atMs, untilMs: atMs + 1, tag: undefined } as const;
  const rows = (await live.store.report.rows(query)).map(({ model, sums }) => `${model} ${sums.requests}`);
  assert.deepEqual(rows.toSorted(), ['a 2', 'b 1', 'other 2']);
});

test('a checkpoint forgets a period when its money is gone and the next begins', async () => {
  await using live = await openLiveStore();
  const caller = await createCaller(live.store);
  const base = `${live.keyPrefix}:{s${caller.tenant.shard}}:`;
  const scope = `key:${caller.key.scopeId}`;
  for (const day of ['day:2026-11-23@UTC', 'day:2026-11-24@UTC']) {
    const budgets = [{ ...totalBudget(100n), current: { id: day, endsAtMs: undefined } }];
    const reservation = await admit(live.store, requestOf(caller, { key: { budgets }, boundNanoUsd: 5n }));
    await live.store.admission.settle(settlementOf(reservation, { nanoUsd: 5n }));
    await live.store.stream.apply(await takeOne(live, caller));
    if (day.includes('23')) await live.redis.hdel(`${base}b:${scope}`, `spent|${day}`);
  }
  assert.deepEqual((await live.redis.hkeys(`${base}f:${scope}`)).toSorted(), ['spent', 'spent|day:2026-11-24@UTC']);
});
