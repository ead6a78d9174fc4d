import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminOperations, type AdminContext } from '../src/index.ts';
import { adminFixture, startMs } from './admin-fixture.ts';

const { createTenant, listTenants, setTenant, showTenant } = adminOperations;

const rejectsWith = (action: Promise<unknown>, code: string, message: RegExp) =>
  assert.rejects(action, (error: Error & { code?: string }) => {
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });

test('a tenant is shown as it was created', async () => {
  const { context } = adminFixture();
  const created = await createTenant.execute(context, {
    name: 'acme',
    tier: 'free',
    budgets: ['100/month', '5/day:soft'],
    requests_per_minute: 7,
  });
  assert.deepEqual(created, {
    name: 'acme',
    tier: 'free',
    status: 'active',
    requests_per_minute: 7,
    tokens_per_minute: null,
    concurrency: null,
    budgets: ['100/month', '5/day:soft'],
    created_at: new Date(startMs).toISOString(),
  });
  assert.deepEqual(await showTenant.execute(context, { tenant: 'acme' }), created);
});

test('a tenant that was given no tier has the default one, and without tiers there are no tenants', async () => {
  const { context } = adminFixture();
  assert.equal((await createTenant.execute(context, { name: 'one' })).tier, 'pro');
  const empty: AdminContext = {
    ...context,
    tiers: () => Promise.resolve({ tiers: new Map(), defaultTier: undefined }),
  };
  await rejectsWith(createTenant.execute(empty, { name: 'two' }), 'unknown_tier', /add one under `tiers`/);
});

test('tenants are listed by name', async () => {
  const { context } = adminFixture();
  for (const name of ['zebra', 'acme', 'mole']) await createTenant.execute(context, { name });
  const { tenants } = await listTenants.execute(context, {});
  assert.deepEqual(
    tenants.map(({ name }) => name),
    ['acme', 'mole', 'zebra'],
  );
});

test('of two tenants of one name, one is made', async () => {
  const { context } = adminFixture();
  const results = await Promise.allSettled([
    createTenant.execute(context, { name: 'acme', tier: 'free' }),
    createTenant.execute(context, { name: 'acme', tier: 'pro' }),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  assert.equal((await showTenant.execute(context, { tenant: 'acme' })).tier, 'free');
});

test('a change keeps what it does not mention; null and an empty list go back to the tier', async () => {
  const { context } = adminFixture();
  await createTenant.execute(context, {
    name: 'acme',
    tier: 'free',
    budgets: ['1/day'],
    concurrency: 2,
    requests_per_minute: 3,
  });
  const changed = await setTenant.execute(context, { tenant: 'acme', concurrency: null, status: 'suspended' });
  assert.deepEqual(
    [changed.tier, changed.status, changed.concurrency, changed.requests_per_minute, changed.budgets],
    ['free', 'suspended', null, 3, ['1/day']],
  );
  const again = await setTenant.execute(context, { tenant: 'acme', budgets: [], tier: 'pro', status: 'active' });
  assert.deepEqual([again.tier, again.status, again.budgets], ['pro', 'active', []]);
});

test('two changes at once both count', async () => {
  const { context, store } = adminFixture();
  await createTenant.execute(context, { name: 'acme', tier: 'free' });
  store.beforeNextReplacement(() => setTenant.execute(context, { tenant: 'acme', status: 'suspended' }));
  const changed = await setTenant.execute(context, { tenant: 'acme', tier: 'pro' });
  assert.deepEqual([changed.tier, changed.status], ['pro', 'suspended']);
  assert.equal((await store.tenant('acme'))?.version, 3);
});

test('a record that others change faster than it can be read ends in an error, not in a loop', async () => {
  const { context, store } = adminFixture();
  await createTenant.execute(context, { name: 'acme' });
  const beaten: AdminContext = { ...context, store: { ...store, replaceTenant: async () => false } };
  await rejectsWith(setTenant.execute(beaten, { tenant: 'acme', tier: 'free' }), 'changed_meanwhile', /try once more/);
});

test('what is wrong with the input is said with the field and what to write', async () => {
  const { context } = adminFixture();
  const create = (input: object) => createTenant.execute(context, { name: 'acme', ...input });
  await rejectsWith(create({ name: 'Acme Inc' }), 'invalid_input', /`name` has to be 1 to 63 characters: lower-case/);
  await rejectsWith(create({ name: 'a'.repeat(64) }), 'invalid_input', /`name`/);
  await rejectsWith(create({ name: 5 }), 'invalid_input', /`name`/);
  await rejectsWith(create({ tier: 'gold' }), 'unknown_tier', /no tier `gold`: it has `free`, `pro`/);
  await rejectsWith(create({ budgets: ['5'] }), 'invalid_input', /`budgets\[0\]` has to be USD per day/);
  await rejectsWith(
    create({ budgets: ['5/day', '6/day'] }),
    'invalid_input',
    /`budgets` has two budgets for the same period/,
  );
  await rejectsWith(create({ requests_per_minute: 0 }), 'invalid_input', /`requests_per_minute` has to be at least 1/);
  await rejectsWith(create({ concurrency: 1.5 }), 'invalid_input', /`concurrency` has to be a whole number/);
  await rejectsWith(create({ teir: 'pro' }), 'invalid_input', /unknown field: `teir`/);
  await rejectsWith(
    setTenant.execute(context, { tenant: 'acme', status: 'off' }),
    'invalid_input',
    /`status` has to be `active` or `suspended`/,
  );
  await rejectsWith(
    setTenant.execute(context, { tenant: 'acme', tier: 'pro' }),
    'tenant_not_found',
    /no tenant `acme`/,
  );
  assert.deepEqual((await listTenants.execute(context, {})).tenants, []);
});
