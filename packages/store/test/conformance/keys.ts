import assert from 'node:assert/strict';
import type { OpenBench } from './bench.ts';
import { createCaller, keyRecord, tenantRecord } from './fixtures.ts';
import { rulesOf } from './rule.ts';

/** Records of tenants and gateway keys. */
export function keyTests(name: string, open: OpenBench): void {
  const rule = rulesOf(name, open);

  rule('a record comes back as it was written', async ({ store }) => {
    const tenant = tenantRecord('Größe & Co', {
      limits: { requestsPerMinute: 5, concurrency: undefined },
      budgets: [{ capNanoUsd: 9_000_000_000_000_000n, per: 'month', hard: false }],
    });
    const key = keyRecord(tenant, {
      models: ['gpt-*', 'claude'],
      expiresAtMs: 1_800_000_000_123,
      limits: { tokensPerMinute: 0 },
      rotatedTo: '0000',
    });
    await store.keys.createTenant(tenant);
    await store.keys.createKey(key);
    const found = await store.keys.identify(key);
    assert.deepEqual(JSON.stringify(found, text), JSON.stringify({ key, tenant }, text));
    assert.equal(JSON.stringify(await store.keys.tenant(tenant.name), text), JSON.stringify(tenant, text));
    assert.equal(JSON.stringify(await store.keys.key(key), text), JSON.stringify(key, text));
  });

  rule('what is unknown is undefined', async ({ store }) => {
    const { tenant } = await createCaller(store);
    const stranger = keyRecord(tenant);
    assert.equal(await store.keys.identify(stranger), undefined);
    assert.equal(await store.keys.key(stranger), undefined);
    assert.equal(await store.keys.tenant('nobody'), undefined);
    assert.deepEqual(await store.keys.keys('nobody'), []);
  });

  rule('a tenant is made once, and listed whatever its shard', async ({ store }) => {
    const names = Array.from({ length: 10 }, (_, index) => `tenant-${index}`);
    for (const tenant of names) assert.equal(await store.keys.createTenant(tenantRecord(tenant)), true);
    assert.equal(await store.keys.createTenant(tenantRecord('tenant-3', { tier: 'other' })), false);
    const listed = (await store.keys.tenants()).map((tenant) => tenant.name);
    assert.deepEqual(listed.toSorted(), names);
  });

  rule('a key needs a tenant, and a name that its tenant has not given', async ({ store }) => {
    const { tenant, key } = await createCaller(store);
    assert.equal(await store.keys.createKey(keyRecord(tenant, { name: key.name })), 'name_taken');
    assert.equal(await store.keys.createKey(keyRecord(tenantRecord('nobody'))), 'no_tenant');
    assert.equal(await store.keys.createKey(keyRecord(tenant, { name: 'second' })), 'created');
    assert.equal((await store.keys.keys(tenant.name)).length, 2);
  });

  rule('of two who replace the same version one wins', async ({ store }) => {
    const { tenant, key } = await createCaller(store);
    const results = await Promise.all(
      ['a', 'b', 'c'].map((tier) => store.keys.replaceTenant({ ...tenant, version: 2, tier })),
    );
    assert.deepEqual(results, [true, false, false]);
    assert.equal(await store.keys.replaceKey({ ...key, version: 3 }), false);
    assert.equal(await store.keys.replaceKey({ ...key, version: 2, status: 'revoked' }), true);
    assert.equal((await store.keys.key(key))?.status, 'revoked');
    assert.equal(await store.keys.replaceKey(keyRecord(tenant, { version: 2 })), false);
  });

  rule(
    'a rotation replaces the old key and adds its successor under the same name, or does neither',
    async ({ store }) => {
      const { tenant, key } = await createCaller(store);
      const successor = keyRecord(tenant, { name: key.name, scopeId: key.scopeId });
      const old = { ...key, version: 2, rotatedTo: successor.keyId };
      assert.equal(await store.keys.rotateKey({ ...old, version: 3 }, successor), false);
      assert.equal(await store.keys.key(successor), undefined);
      assert.equal(await store.keys.rotateKey(old, successor), true);
      assert.equal((await store.keys.key(key))?.rotatedTo, successor.keyId);
      assert.equal((await store.keys.identify(successor))?.key.scopeId, key.scopeId);
      assert.equal(await store.keys.createKey(keyRecord(tenant, { name: key.name })), 'name_taken');
      assert.equal((await store.keys.keys(tenant.name)).length, 2);
    },
  );
}

const text = (_: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
};
