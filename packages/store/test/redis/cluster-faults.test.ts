import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { shardOfTenant, StoreError, systemClock, verifyLedger, type Caller } from '@tollgate/core';
import {
  askRedis,
  randomPrefix,
  startRedisCluster,
  until,
  type PrivateRedis,
  type RedisClusterGroup,
} from '@tollgate/testkit';
import { createRedisStore, readServerInfo, serverConcerns, type Store } from '../../src/index.ts';
import { shardKeys } from '../../src/redis/key-names.ts';
import { admit, admitted, createCaller, requestOf, settlementOf, totalBudget } from '../conformance/fixtures.ts';

const keyPrefix = randomPrefix();
const limits = { concurrency: 1000 };
const rules = { key: { limits, budgets: [totalBudget(1_000_000n)] }, boundNanoUsd: 10n };
let cluster: RedisClusterGroup;
let store: Store;

before(async () => {
  cluster = await startRedisCluster();
  store = createRedisStore({
    connection: { kind: 'cluster', nodes: cluster.primaries.map(({ port }) => ({ host: '127.0.0.1', port })) },
    keyPrefix,
    // On a busy machine too, whom nothing happens to is answered in time.
    timeoutMs: 5000,
    clock: systemClock,
  });
  assert.equal(await store.whenReady(10_000), true);
});

after(async () => {
  await store.close();
  await cluster.stop();
});

const slotOf = async (tenant: string): Promise<number> =>
  Number(
    await askRedis(
      cluster.primaries[0]?.url ?? '',
      'CLUSTER',
      'KEYSLOT',
      shardKeys(keyPrefix, shardOfTenant(tenant)).meta,
    ),
  );

const slots = [
  { first: 0, last: 5460 },
  { first: 5461, last: 10_922 },
  { first: 10_923, last: 16_383 },
] as const;

let tenants = 0;

/** A new tenant whose shard is on that primary, in another slot than one that moves. */
async function callerOn({ first, last }: (typeof slots)[number], without?: number): Promise<Caller> {
  for (;;) {
    const name = `tenant-${(tenants += 1)}`;
    const slot = await slotOf(name);
    if (slot >= first && slot <= last && slot !== without) return createCaller(store, name);
  }
}

/** As a node does it, but for the length of the lease. */
const untilWhole = (caller: Caller): Promise<void> =>
  until(async () => {
    const state = await store.ledger.rejoin(caller.tenant.shard, { leaseMs: 1, busy: false }).catch(() => undefined);
    return state?.kind === 'whole';
  });

interface Load {
  /** Resolves once one more call than so far was settled. */
  anotherSettled(): Promise<void>;
  stop(): Promise<{ readonly settled: number; readonly failures: readonly string[] }>;
}

/** Calls one after the other until stopped; tells how many were settled, and the codes of those that failed. */
function load(t: TestContext, caller: Caller): Load {
  let goesOn = true;
  const failures: string[] = [];
  let settled = 0;
  const calling = (async () => {
    while (goesOn) {
      try {
        const call = admitted(await store.admission.admit(requestOf(caller, rules)));
        const settlement = settlementOf(call, { nanoUsd: 3n });
        const settle = async () => (await store.admission.settle(settlement)) !== undefined;
        await until(() => settle().catch(() => false));
        settled += 1;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        failures.push(error.code);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  })();
  t.after(() => {
    goesOn = false;
  });
  return {
    anotherSettled: () => {
      const sofar = settled;
      return until(async () => settled > sofar);
    },
    stop: async () => {
      goesOn = false;
      await calling;
      return { settled, failures };
    },
  };
}

const infoOf = async ({ url }: PrivateRedis, field: string): Promise<number> =>
  Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(String(await askRedis(url, 'INFO', 'replication')))?.[1]);

/** All that the primary has written so far. */
async function untilReplicated(primary: PrivateRedis, replica: PrivateRedis): Promise<void> {
  const offset = await infoOf(primary, 'master_repl_offset');
  await until(async () => (await infoOf(replica, 'slave_repl_offset')) >= offset);
}

async function spentBy(caller: Caller): Promise<bigint | undefined> {
  const [key] = await store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
  return key?.spentNanoUsd;
}

describe('a Cluster of three shards', () => {
  it('is named for what is wrong at any one of its primaries', async () => {
    const nodes = cluster.primaries.map(({ port }) => ({ host: '127.0.0.1', port }));
    const subjects = async () => {
      const info = await readServerInfo({ connection: { kind: 'cluster', nodes }, timeoutMs: 5000 });
      return serverConcerns(info).map(({ subject }) => subject);
    };
    assert.ok(!(await subjects()).includes('eviction'));
    const last = cluster.primaries[2]?.url ?? '';
    await askRedis(last, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    assert.ok((await subjects()).includes('eviction'));
    await askRedis(last, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  });

  it('while a slot moves, its calls are refused at once and nothing else suffers; then it opens, and the books balance', async (t) => {
    const moving = await callerOn(slots[0]);
    const slot = await slotOf(moving.tenant.name);
    const others = await Promise.all(slots.map((range) => callerOn(range, slot)));
    const open = await admit(store, requestOf(moving, rules));
    const [from, to] = cluster.primaries;
    assert.ok(from !== undefined && to !== undefined);
    const [fromId, toId] = [await askRedis(from.url, 'CLUSTER', 'MYID'), await askRedis(to.url, 'CLUSTER', 'MYID')];
    const loads = others.map((caller) => load(t, caller));
    const allGoOn = () => Promise.all(loads.map((one) => one.anotherSettled()));
    await allGoOn();
    await askRedis(to.url, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', String(fromId));
    await askRedis(from.url, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', String(toId));
    const keys = (await askRedis(from.url, 'CLUSTER', 'GETKEYSINSLOT', slot, 1000)) as readonly string[];
    const move = (names: readonly string[]) =>
      askRedis(from.url, 'MIGRATE', '127.0.0.1', to.port, '', 0, 5000, 'KEYS', ...names);
    const key = shardKeys(keyPrefix, moving.tenant.shard).key(moving.key.keyId);
    await move([key]);
    await assert.rejects(
      store.admission.admit(requestOf(moving, rules)),
      (error) =>
        error instanceof StoreError && error.code === 'shard_unavailable' && /TRYAGAIN|MOVED|ASK/.test(error.message),
    );
    await allGoOn();
    await move(keys.filter((name) => name !== key));
    for (const { url } of [to, from]) await askRedis(url, 'CLUSTER', 'SETSLOT', slot, 'NODE', String(toId));
    await until(async () => (await store.admission.settle(settlementOf(open, { nanoUsd: 4n })).catch(() => '')) !== '');
    await admit(store, requestOf(moving, { key: { limits } }));
    // Another server has the slot: to a hard budget that is a fail-over.
    await assert.rejects(store.admission.admit(requestOf(moving, rules)), { code: 'recovering' });
    await untilWhole(moving);
    await admit(store, requestOf(moving, rules));
    assert.equal(await spentBy(moving), 4n);
    for (const [index, ended] of (await Promise.all(loads.map((one) => one.stop()))).entries()) {
      assert.deepEqual(ended.failures, []);
      assert.ok(ended.settled > 0);
      const caller = others[index];
      assert.ok(caller !== undefined);
      assert.equal(await spentBy(caller), 3n * BigInt(ended.settled));
    }
    assert.equal((await verifyLedger(store.keys, store.books)).driftNanoUsd, 0n);
  });

  it('a primary that dies under load closes its own shards alone, until its replica has its place; hard budgets wait', async (t) => {
    const callers = await Promise.all(slots.map((range) => callerOn(range)));
    const [unharmed, , harmed] = callers;
    const [lost, replica] = [cluster.primaries[2], cluster.replicas[2]];
    assert.ok(unharmed && harmed && lost && replica);
    const loads = callers.map((caller) => load(t, caller));
    await Promise.all(loads.map((one) => one.anotherSettled()));
    // Without its ledger's run the replica would take itself for the first server.
    await untilReplicated(lost, replica);
    process.kill(lost.pid, 'SIGKILL');
    await until(async () => String(await askRedis(replica.url, 'ROLE')).startsWith('master'));
    const soft = () => store.admission.admit(requestOf(harmed, { key: { limits } })).catch(() => undefined);
    await until(async () => (await soft())?.kind === 'admitted');
    await assert.rejects(store.admission.admit(requestOf(harmed, rules)), { code: 'recovering' });
    await untilWhole(harmed);
    await admit(store, requestOf(harmed, rules));
    const [first, second, third] = await Promise.all(loads.map((one) => one.stop()));
    assert.deepEqual([first?.failures, second?.failures], [[], []]);
    assert.deepEqual(
      third?.failures.filter((code) => !['shard_unavailable', 'recovering'].includes(code)),
      [],
    );
    assert.equal(await spentBy(unharmed), 3n * BigInt(first?.settled ?? 0));
    assert.equal((await verifyLedger(store.keys, store.books)).driftNanoUsd, 0n);
  });
});
