import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Secret, StoreError, systemClock, type AdmitDecision, type Caller } from '@tollgate/core';
import {
  askRedis,
  randomPrefix,
  startFaultProxy,
  startRedis,
  startReplica,
  until,
  watchCommands,
  type PrivateRedis,
} from '@tollgate/testkit';
import { createRedisStore, scriptName, type RedisStoreSettings, type Store } from '../../src/index.ts';
import { admit, createCaller, requestOf, settlementOf, totalBudget } from '../conformance/fixtures.ts';

const args = ['--repl-diskless-sync-delay', '0'];
const rules = { key: { budgets: [totalBudget(1_000n)] }, boundNanoUsd: 100n };
const unreplicated = (error: unknown) => error instanceof StoreError && error.code === 'unreplicated';

type Open = (server: Pick<PrivateRedis, 'url'>, over?: Partial<RedisStoreSettings>) => Promise<Store>;

interface Pair {
  readonly primary: PrivateRedis;
  readonly replica: PrivateRedis;
  readonly open: Open;
}

async function startPair(t: TestContext): Promise<Pair> {
  const primary = await startRedis({ args });
  const replica = await startReplica(primary, { args });
  t.after(() => Promise.all([primary.stop(), replica.stop()]));
  return { primary, replica, open: opener(t) };
}

function opener(t: TestContext): Open {
  const keyPrefix = randomPrefix();
  return async ({ url }, over = {}) => {
    const connection = { kind: 'single', url: new Secret(url) } as const;
    const settings = { connection, keyPrefix, timeoutMs: 2000, clock: systemClock, durability: 'replica' } as const;
    const store = createRedisStore({ ...settings, ...over });
    t.after(() => store.close());
    assert.equal(await store.whenReady(5000), true);
    return store;
  };
}

/** What a budget of the key holds and has spent. */
async function standingOf(store: Store, caller: Caller): Promise<readonly (bigint | undefined)[]> {
  const [key] = await store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
  return [key?.budgets[0]?.reservedNanoUsd, key?.budgets[0]?.spentNanoUsd];
}

test('with durability of a replica, admissions that race are admitted exactly, and a replica has each', async (t) => {
  const { primary, replica, open } = await startPair(t);
  const store = await open(primary);
  const caller = await createCaller(store);
  const decisions = await Promise.all(
    Array.from({ length: 40 }, () => store.admission.admit(requestOf(caller, rules))),
  );
  assert.equal(decisions.filter(({ kind }) => kind === 'admitted').length, 10);
  const held = await askRedis(replica.url, 'KEYS', '*:r:*');
  assert.equal(Array.isArray(held) && held.length, 10);
});

test('an admission and its wait for a replica are sent in one go', async (t) => {
  const { primary, open } = await startPair(t);
  const store = await open(primary);
  const caller = await createCaller(store);
  await admit(store, requestOf(caller, rules));
  const watch = await watchCommands(primary.url);
  t.after(() => watch.stop());
  await askRedis(primary.url, 'CONFIG', 'RESETSTAT');
  await admit(store, requestOf(caller, rules));
  const stats = String(await askRedis(primary.url, 'INFO', 'commandstats'));
  assert.match(stats, /cmdstat_wait:calls=1,/);
  assert.match(stats, /cmdstat_fcall:calls=1,/);
  assert.equal((await watch.until((counts) => counts.has(scriptName('admit')))).get(scriptName('admit')), 1);
});

test('a replica that hangs lets nothing be admitted, and what was reserved meanwhile is taken back', async (t) => {
  const { primary, replica, open } = await startPair(t);
  const store = await open(primary, { timeoutMs: 1500 });
  const caller = await createCaller(store);
  const before = await admit(store, requestOf(caller, rules));
  process.kill(replica.pid, 'SIGSTOP');
  try {
    await assert.rejects(store.admission.admit(requestOf(caller, rules)), unreplicated);
    await assert.rejects(store.admission.extend(before, { boundNanoUsd: 1n, expectedNanoUsd: 1n }), unreplicated);
    assert.equal(await store.admission.settle(settlementOf(before, { nanoUsd: 7n })), 'settled');
    await until(async () => (await standingOf(store, caller))[0] === 0n);
  } finally {
    process.kill(replica.pid, 'SIGCONT');
  }
  await until(async () => (await store.admission.admit(requestOf(caller, rules)).catch(() => undefined)) !== undefined);
});

for (const durability of ['primary', 'replica'] as const) {
  const outcome = durability === 'replica' ? 'the budget holds' : 'a budget is exceeded by what was lost';
  test(`with durability of a ${durability}, when node and primary die and a replica that lags is promoted, ${outcome}`, async (t) => {
    const primary = await startRedis({ args });
    const proxy = await startFaultProxy(primary.port);
    const replica = await startReplica({ port: proxy.port }, { args });
    t.after(() => Promise.all([proxy.stop(), primary.stop(), replica.stop()]));
    const open = opener(t);
    const store = await open(primary, { timeoutMs: 1500, durability });
    const caller = await createCaller(store);
    const request = () => requestOf(caller, { key: { budgets: [totalBudget(400n)] }, boundNanoUsd: 100n });
    await admit(store, request());
    await until(async () => String(await askRedis(replica.url, 'KEYS', '*:r:*')) !== '');
    proxy.holdReplies();
    const begun = await admittedOf([1, 2, 3].map(() => store.admission.admit(request())));
    await primary.stop();
    proxy.cut();
    await askRedis(replica.url, 'REPLICAOF', 'NO', 'ONE');
    const promoted = await open(replica, { durability: 'primary' });
    const { shard } = caller.tenant;
    await until(async () => (await promoted.ledger.rejoin(shard, { leaseMs: 1, busy: false })).kind === 'whole');
    const after = await admittedOf([1, 2, 3, 4].map(() => promoted.admission.admit(request())));
    assert.equal(1 + begun + after, durability === 'replica' ? 4 : 7);
  });
}

const admittedOf = async (tries: readonly Promise<AdmitDecision>[]): Promise<number> =>
  (await Promise.allSettled(tries)).filter((one) => one.status === 'fulfilled' && one.value.kind === 'admitted').length;
