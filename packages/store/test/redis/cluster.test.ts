import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { systemClock, verifyLedger } from '@tollgate/core';
import { randomPrefix, startRedis, unusedPort } from '@tollgate/testkit';
import { createRedisStore } from '../../src/index.ts';
import { admit, createCaller, requestOf, settlementOf, totalBudget } from '../conformance/fixtures.ts';

test('everything works on a Cluster', async (t) => {
  // By default its bus has the port 10,000 above, which there may not be.
  const busPort = String(await unusedPort());
  const args = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1', '--cluster-port', busPort];
  const server = await startRedis({ args });
  t.after(() => server.stop());
  const redis = new Redis(server.url);
  await redis.cluster('ADDSLOTSRANGE', 0, 16_383);
  while (!(await redis.cluster('INFO')).includes('cluster_state:ok')) await delay(20);
  redis.disconnect();
  const store = createRedisStore({
    connection: { kind: 'cluster', nodes: [{ host: '127.0.0.1', port: server.port }] },
    keyPrefix: randomPrefix(),
    timeoutMs: 5000,
    clock: systemClock,
  });
  t.after(() => store.close());
  assert.equal(await store.whenReady(10_000), true);
  const callers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => createCaller(store, name)));
  assert.equal(new Set(callers.map(({ tenant }) => tenant.shard)).size, 4);
  await Promise.all(
    callers.map(async (caller) => {
      const rules = { key: { budgets: [totalBudget(100n)] }, boundNanoUsd: 10n };
      const [one, two] = [await admit(store, requestOf(caller, rules)), await admit(store, requestOf(caller, rules))];
      assert.deepEqual(await store.admission.renew([{ reservation: one, tokens: 1, nanoUsd: 1n }], 30_000), [
        'renewed',
      ]);
      assert.equal(await store.admission.settle(settlementOf(one, { nanoUsd: 3n })), 'settled');
      await store.admission.void(two);
      const { shard } = caller.tenant;
      assert.equal(await store.admission.reap(shard, 10), 0);
      const { events } = await store.stream.read({ shard, worker: 'one', atMost: 9 });
      assert.deepEqual(await Promise.all(events.map((taken) => store.stream.apply(taken))), [
        { kind: 'applied', tenant: caller.tenant.name, keyId: caller.key.keyId, costNanoUsd: 3n },
      ]);
      assert.equal(await store.stream.trim(shard, { keptMs: 60_000, keptEvents: 0, mostWaiting: 0 }), 1);
    }),
  );
  assert.equal((await store.keys.tenants()).length, 4);
  assert.equal((await verifyLedger(store.keys, store.books)).driftNanoUsd, 0n);
});
