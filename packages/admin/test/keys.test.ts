import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestGatewayKey, parseGatewayKey, StoreError } from '@tollgate/core';
import { adminOperations, type AdminContext } from '../src/index.ts';
import { adminFixture, startMs } from './admin-fixture.ts';

const { createKey, createTenant, listKeys, revokeKey, rotateKey, setTenant, showKey } = adminOperations;

const dayMs = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

async function withTenant() {
  const fixture = adminFixture();
  await createTenant.execute(fixture.context, { name: 'acme', tier: 'free' });
  return fixture;
}

const failsWith = (action: Promise<unknown>, code: string) =>
  assert.rejects(action, (error: Error & { code?: string }) => error.code === code);

test('a key is made in the shard of its tenant, and its record holds the digest by the minting pepper', async () => {
  const { context, store } = await withTenant();
  const minted = await createKey.execute(context, { tenant: 'acme', tier: 'pro', name: 'web' });
  const tenant = await store.tenant('acme');
  const parts = parseGatewayKey(minted.key);
  assert.ok(parts && context.mintingPepper);
  assert.equal(parts.shard, tenant?.shard);
  assert.equal(parts.keyId, minted.id);
  const record = await store.key(parts);
  assert.equal(record?.digest, digestGatewayKey(minted.key, context.mintingPepper));
  assert.equal(record?.pepperVersion, 'v2');
  assert.equal(record?.scopeId, minted.id);
  assert.deepEqual([minted.tenant, minted.tier, minted.name, minted.expires_at], ['acme', 'pro', 'web', null]);
});

test('the text of a key is in the answer that made it and nowhere in the store, and no answer has a digest', async () => {
  const { context, store } = await withTenant();
  const minted = await createKey.execute(context, { tenant: 'acme' });
  assert.ok(!store.dump().includes(minted.key.slice(24, 60)));
  const answers = JSON.stringify([
    minted,
    await showKey.execute(context, { id: minted.id }),
    await listKeys.execute(context, { tenant: 'acme' }),
  ]);
  const record = await store.key({ keyId: minted.id, shard: minted.id.slice(0, 2) });
  assert.ok(record && !answers.includes(record.digest));
  assert.equal(answers.split(minted.key).length, 2);
});

test('a key has what it was given; what it was not given is the tier’s', async () => {
  const { context } = await withTenant();
  const full = await createKey.execute(context, {
    tenant: 'acme',
    tier: 'pro',
    name: 'full',
    budgets: ['5/day'],
    models: ['gpt-4o-mini', 'openrouter/*'],
    expires: '90d',
    requests_per_minute: 10,
    tokens_per_minute: 1000,
    concurrency: 2,
  });
  assert.deepEqual(await showKey.execute(context, { id: full.id }), {
    id: full.id,
    name: 'full',
    tenant: 'acme',
    tier: 'pro',
    status: 'active',
    requests_per_minute: 10,
    tokens_per_minute: 1000,
    concurrency: 2,
    budgets: ['5/day'],
    models: ['gpt-4o-mini', 'openrouter/*'],
    created_at: iso(startMs),
    expires_at: iso(startMs + 90 * dayMs),
    rotated_to: null,
  });
  const bare = await createKey.execute(context, { tenant: 'acme' });
  assert.match(bare.name, /^key-[0-9a-z]{8}$/);
  const shown = await showKey.execute(context, { id: bare.id });
  assert.deepEqual(
    [shown.tier, shown.requests_per_minute, shown.budgets, shown.models, shown.expires_at],
    ['free', null, [], null, null],
  );
});

test('a name is unique in its tenant, and free in another', async () => {
  const { context } = await withTenant();
  await createTenant.execute(context, { name: 'other' });
  await createKey.execute(context, { tenant: 'acme', name: 'web' });
  await failsWith(createKey.execute(context, { tenant: 'acme', name: 'web' }), 'key_name_taken');
  await createKey.execute(context, { tenant: 'other', name: 'web' });
});

test('nothing is made for a tenant that does not exist, with an unknown tier, or without a pepper', async () => {
  const { context } = await withTenant();
  await failsWith(createKey.execute(context, { tenant: 'nobody' }), 'tenant_not_found');
  await failsWith(createKey.execute(context, { tenant: 'acme', tier: 'gold' }), 'unknown_tier');
  await failsWith(createKey.execute({ ...context, mintingPepper: undefined }, { tenant: 'acme' }), 'no_pepper');
  await failsWith(createKey.execute(context, { tenant: 'acme', expires: 'soon' }), 'invalid_input');
  await failsWith(createKey.execute(context, { tenant: 'acme', models: [] }), 'invalid_input');
  assert.deepEqual((await listKeys.execute(context, { tenant: 'acme' })).keys, []);
});

test('a revoked key stays in the list as revoked, and revoking it again changes nothing', async () => {
  const { context, store } = await withTenant();
  const { id } = await createKey.execute(context, { tenant: 'acme' });
  assert.equal((await revokeKey.execute(context, { id })).status, 'revoked');
  assert.equal((await revokeKey.execute(context, { id })).status, 'revoked');
  const { keys } = await listKeys.execute(context, { tenant: 'acme' });
  assert.deepEqual(
    keys.map(({ status }) => status),
    ['revoked'],
  );
  assert.equal((await store.key({ keyId: id, shard: id.slice(0, 2) }))?.version, 2);
});

test('a key past its expiry is shown as expired', async () => {
  const { context, clock } = await withTenant();
  const { id } = await createKey.execute(context, { tenant: 'acme', expires: '1d' });
  clock.advance(dayMs - 1);
  assert.equal((await showKey.execute(context, { id })).status, 'active');
  clock.advance(1);
  assert.equal((await showKey.execute(context, { id })).status, 'expired');
});

test('rotation makes a key with the same rights under the same scope, and ends the old one after the overlap', async () => {
  const { context, store, clock } = await withTenant();
  const old = await createKey.execute(context, {
    tenant: 'acme',
    tier: 'pro',
    name: 'web',
    models: ['a'],
    concurrency: 3,
    expires: '90d',
  });
  clock.advance(80 * dayMs);
  const rotated = await rotateKey.execute(context, { id: old.id, overlap: '2h' });
  assert.notEqual(rotated.key, old.key);
  assert.equal(rotated.replaces, old.id);
  assert.equal(rotated.replaced_key_expires_at, iso(clock.nowMs() + 2 * 3_600_000));
  assert.equal(rotated.expires_at, iso(clock.nowMs() + 90 * dayMs));

  const oldView = await showKey.execute(context, { id: old.id });
  const newView = await showKey.execute(context, { id: rotated.id });
  assert.deepEqual(
    [oldView.status, oldView.rotated_to, oldView.expires_at],
    ['active', rotated.id, rotated.replaced_key_expires_at],
  );
  assert.deepEqual(
    [newView.name, newView.tier, newView.models, newView.concurrency, newView.status],
    ['web', 'pro', ['a'], 3, 'active'],
  );
  const successor = await store.key({ keyId: rotated.id, shard: rotated.id.slice(0, 2) });
  assert.equal(successor?.scopeId, old.id);
});

test('an overlap is a day unless it is said, never prolongs the old key, and zero revokes it', async () => {
  const { context, clock } = await withTenant();
  const make = (expires?: string) =>
    createKey.execute(context, expires === undefined ? { tenant: 'acme' } : { tenant: 'acme', expires });
  const usual = await rotateKey.execute(context, { id: (await make()).id });
  assert.equal(usual.replaced_key_expires_at, iso(clock.nowMs() + dayMs));
  const ending = await rotateKey.execute(context, { id: (await make('1h')).id });
  assert.equal(ending.replaced_key_expires_at, iso(clock.nowMs() + 3_600_000));
  const leaked = await make();
  const replaced = await rotateKey.execute(context, { id: leaked.id, overlap: '0', expires: 'never' });
  assert.equal(replaced.replaced_key_expires_at, null);
  assert.equal((await showKey.execute(context, { id: leaked.id })).status, 'revoked');
});

test('of two rotations of one key, one goes through', async () => {
  const { context, store } = await withTenant();
  const { id } = await createKey.execute(context, { tenant: 'acme' });
  store.beforeNextReplacement(() => rotateKey.execute(context, { id }));
  await failsWith(rotateKey.execute(context, { id }), 'key_already_rotated');
  assert.equal((await listKeys.execute(context, { tenant: 'acme' })).keys.length, 2);
});

test('a revoked key cannot be rotated back to life, also when the revocation comes in between', async () => {
  const { context, store } = await withTenant();
  const { id } = await createKey.execute(context, { tenant: 'acme' });
  store.beforeNextReplacement(() => revokeKey.execute(context, { id }));
  await failsWith(rotateKey.execute(context, { id }), 'key_revoked');
  assert.equal((await listKeys.execute(context, { tenant: 'acme' })).keys.length, 1);
});

test('what cannot be a key’s id is told from one that does not exist', async () => {
  const { context } = await withTenant();
  await failsWith(showKey.execute(context, { id: 'web' }), 'invalid_input');
  await failsWith(showKey.execute(context, { id: '64abcdefghijkl' }), 'invalid_input');
  await failsWith(showKey.execute(context, { id: '63abcdefghijkl' }), 'key_not_found');
});

test('a store that cannot be reached is said to be that', async () => {
  const { context, store } = await withTenant();
  const away: AdminContext = {
    ...context,
    store: { ...store, tenant: () => Promise.reject(new StoreError('unavailable', 'no connection to Redis')) },
  };
  await failsWith(setTenant.execute(away, { tenant: 'acme', tier: 'pro' }), 'store_unavailable');
});
