import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { answerAdminRequest, type AdminContext } from '@tollgate/admin';
import { digestGatewayKey, parseGatewayKey, Secret, systemClock, tryParseJson } from '@tollgate/core';
import { createRedisStore, type Store } from '@tollgate/store';
import { cleanPrefix, randomPrefix, testRedis } from '@tollgate/testkit';
import { adminServer } from './admin-server.ts';
import { runTollgate, spawnTollgate, workingDirectory } from './run-tollgate.ts';

const pepper = 'pepper-of-the-test-0123456789';
const prefix = randomPrefix();
let url: string;
let store: Store;

before(async () => {
  url = await testRedis();
  const connection = { kind: 'single' as const, url: new Secret(url) };
  store = createRedisStore({ connection, keyPrefix: prefix, timeoutMs: 5000, clock: systemClock });
  assert.ok(await store.whenReady(5000));
});

after(async () => {
  await store.close();
  await cleanPrefix(url, prefix);
});

/** A directory with a config.yaml of two tiers, and the variables of a shell beside a gateway on the test's Redis. */
async function shell(t: TestContext) {
  const config = `
version: 1
redis: { key_prefix: ${prefix} }
providers:
  local: { type: openai-compatible, base_url: "http://127.0.0.1:11434/v1" }
models:
  llama3: { targets: [ { provider: local, model: llama3 } ] }
default_tier: pro
tiers:
  free: { requests_per_minute: 20, models: [llama3] }
  pro: { requests_per_minute: 600, models: ["*"] }
`;
  const directory = await workingDirectory(t, { 'config.yaml': config });
  const variables = {
    REDIS_URL: url,
    TOLLGATE_CONFIG: join(directory, 'config.yaml'),
    TOLLGATE_KEY_PEPPERS: `v1:${pepper}`,
  };
  return {
    directory,
    variables,
    run: (...words: string[]) => runTollgate(directory, variables, ...words),
    spawn: (...words: string[]) => spawnTollgate(directory, variables, ...words),
  };
}

const keyOf = (json: unknown) => json as { id: string; key: string; tenant: string; tier: string; name: string };

test('a key that was created is one that the gateway will find in Redis', async (t) => {
  const { spawn } = await shell(t);
  assert.equal((await spawn('tenants', 'create', 'acme', '--tier', 'free')).exitCode, 0);
  const created = await spawn('keys', 'create', '--tenant', 'acme', '--tier', 'pro', '--name', 'web', '--json');
  assert.equal(created.exitCode, 0, created.errors);
  const { id, key, tenant, tier } = keyOf(created.json());
  const parts = parseGatewayKey(key);
  assert.ok(parts);
  assert.deepEqual([tenant, tier, parts.keyId], ['acme', 'pro', id]);
  const caller = await store.keys.identify(parts);
  assert.equal(caller?.tenant.tier, 'free');
  assert.equal(caller.key.digest, digestGatewayKey(key, { version: 'v1', secret: new Secret(pepper) }));
});

test('a key lives as create, list, show, rotate and revoke say', async (t) => {
  const { run } = await shell(t);
  await run('tenants', 'create', 'life', '--rpm', '100', '--budget', '100/month');
  const create = await run(
    ...'keys create --tenant life --name web --models llama3 --budget 5/day --soft --expires 90d --tpm 9'.split(' '),
  );
  assert.match(
    create.output,
    /^key +tg_live_\w{14}_\w{43}_\w{6}\nid +\w{14}\nname +web\ntenant +life\ntier +pro\nexpires +20/,
  );
  assert.match(create.output, /cannot be shown again\.\n$/);
  const [text = ''] = /tg_live_\w+/.exec(create.output) ?? [];
  const id = parseGatewayKey(text)?.keyId ?? '';

  const shown = await run('keys', 'show', id);
  assert.match(
    shown.output,
    /models +llama3\nrequests\/min +the tier's\ntokens\/min +9\nconcurrency +the tier's\nbudgets +5\/day:soft\n/,
  );
  assert.equal((await run('keys', 'show', text)).output, shown.output, 'the key may stand for its id');

  const rotated = await run('keys', 'rotate', id, '--overlap', '1h', '--json');
  const successor = keyOf(rotated.json());
  const listed = await run('keys', 'list', '--tenant', 'life', '--json');
  const { keys } = listed.json() as { keys: readonly Record<string, unknown>[] };
  assert.deepEqual(
    keys.map((key) => [key['id'], key['name'], key['status'], key['rotated_to']]),
    [
      [id, 'web', 'active', successor.id],
      [successor.id, 'web', 'active', null],
    ],
  );

  assert.match((await run('keys', 'revoke', successor.id)).output, /status +revoked/);
  const table = (await run('keys', 'list', '--tenant', 'life')).output.split('\n');
  assert.match(table[0] ?? '', /^ID +NAME +TENANT +TIER +STATUS +EXPIRES +CREATED$/);
  assert.match(table[2] ?? '', new RegExp(`^${successor.id} +web +life +pro +revoked +20`));
  const everything = [create, shown, listed].map(({ output, errors }) => output + errors).join('');
  assert.ok(!everything.includes(digestGatewayKey(text, { version: 'v1', secret: new Secret(pepper) })));
});

test('a tenant without a tier has the default one; what is set is shown, and goes back to the tier', async (t) => {
  const { run } = await shell(t);
  assert.match((await run('tenants', 'create', 'mole')).output, /tier +pro/);
  const set = await run(...'tenants set mole --tier free --status suspended --rpm 7 --budget 1/day,2/week'.split(' '));
  assert.match(set.output, /tier +free\nstatus +suspended\nrequests\/min +7\n[^]*budgets +1\/day, 2\/week\n/);
  const back = await run(...'tenants set mole --rpm tier --budget none --status active'.split(' '));
  assert.match(back.output, /tier +free\nstatus +active\nrequests\/min +the tier's\n[^]*budgets +the tier's\n/);
  assert.match(
    (await run('tenants', 'list')).output,
    /^NAME +TIER +STATUS +BUDGETS +CREATED\n[^]*\nmole +free +active +the tier's +20/,
  );
});

test('a command prints through the admin API what it prints from Redis', async (t) => {
  const { directory, run } = await shell(t);
  const context: AdminContext = {
    store: store.keys,
    report: store.report,
    books: store.books,
    clock: systemClock,
    mintingPepper: { version: 'v1', secret: new Secret(pepper) },
    tiers: () => Promise.resolve({ tiers: new Map(), defaultTier: undefined }),
    prices: () => Promise.resolve({ price: () => undefined }),
  };
  const server = await adminServer(t, async ({ method, path, body }) => {
    const answer = await answerAdminRequest(context, {
      method,
      path: path.split('?')[0] ?? '',
      query: path.split('?')[1],
      body: tryParseJson(body),
    });
    return { status: answer.status, body: JSON.stringify(answer.body) };
  });
  const remote = { TOLLGATE_ADMIN_URL: server.url, TOLLGATE_ADMIN_TOKEN: 'admin-token-of-the-test' };
  await run('tenants', 'create', 'both', '--budget', '5/day');
  const { id } = keyOf((await run('keys', 'create', '--tenant', 'both', '--json')).json());
  for (const words of [
    ['tenants', 'show', 'both'],
    ['tenants', 'set', 'both', '--rpm', '5'],
    ['keys', 'list', '--tenant', 'both'],
    ['keys', 'revoke', id],
    ['keys', 'rotate', id],
    ['keys', 'show', '00abcdefghijkl'],
    ['usage', '--tenant', 'both', '--by', 'model,tag:team', '--csv'],
    ['usage', '--tenant', 'nobody'],
    ['ledger', 'verify'],
    ['ledger', 'export'],
    ['ledger', 'export', '--json'],
    ['events', 'dead', 'list'],
    ['events', 'dead', 'replay', '07/5-1'],
  ]) {
    const there = await runTollgate(directory, remote, ...words);
    const here = await run(...words);
    assert.deepEqual([there.exitCode, there.output, there.errors], [here.exitCode, here.output, here.errors]);
  }
});

test('of processes that create one name at once, exactly one makes it', async (t) => {
  const { spawn } = await shell(t);
  const tenants = await Promise.all([1, 2, 3].map(() => spawn('tenants', 'create', 'race')));
  assert.deepEqual(
    tenants.map(({ exitCode }) => exitCode).toSorted((a, b) => a - b),
    [0, 1, 1],
  );
  const keys = await Promise.all([1, 2, 3].map(() => spawn('keys', 'create', '--tenant', 'race', '--name', 'web')));
  assert.deepEqual(
    keys.map(({ exitCode }) => exitCode).toSorted((a, b) => a - b),
    [0, 1, 1],
  );
  assert.match(keys.map(({ errors }) => errors).join(''), /tenant `race` has a key `web` already: choose another name/);
  assert.equal((await store.keys.keys('race')).length, 1);
});

test('what cannot be done is said in a line, with 2 where the command has to change', async (t) => {
  const { run } = await shell(t);
  const says = async (exitCode: number, message: RegExp, ...words: string[]) => {
    const ran = await run(...words);
    assert.match(ran.errors, message);
    assert.equal(ran.exitCode, exitCode, ran.errors);
  };
  await says(2, /config\.yaml has no tier `gold`: it has `free`, `pro`/, 'tenants', 'create', 'x', '--tier', 'gold');
  await says(2, /`name` has to be 1 to 63 characters/, 'tenants', 'create', 'Acme Inc');
  await says(2, /`budgets\[0\]` has to be USD per day/, 'tenants', 'create', 'x', '--budget', '5');
  await says(2, /`expires` has to be a duration such as `90d`/, 'keys', 'create', '--tenant', 'x', '--expires', 'soon');
  await says(2, /`id` has to be the id of a key/, 'keys', 'show', 'web');
  await says(1, /there is no tenant `nobody`/, 'keys', 'create', '--tenant', 'nobody');
  await says(1, /there is no key with the id `00abcdefghijkl`/, 'keys', 'revoke', '00abcdefghijkl');
});

test('without a pepper no key is made, and nothing is left behind', async (t) => {
  const { directory, variables, run } = await shell(t);
  await run('tenants', 'create', 'peppers');
  const { TOLLGATE_KEY_PEPPERS: _, ...without } = variables;
  const { exitCode, errors } = await runTollgate(directory, without, 'keys', 'create', '--tenant', 'peppers');
  assert.equal(exitCode, 1);
  assert.match(errors, /set TOLLGATE_KEY_PEPPERS to what the gateway nodes have/);
  assert.deepEqual(await store.keys.keys('peppers'), []);
});

test('a Redis that is not there ends the command with a sentence', async (t) => {
  const { directory, variables } = await shell(t);
  const away = { ...variables, REDIS_URL: 'redis://127.0.0.1:1' };
  const { exitCode, errors } = await spawnTollgate(directory, away, 'tenants', 'list');
  assert.equal(exitCode, 1);
  assert.equal(errors, 'tollgate: no connection to Redis within 3 s: check REDIS_URL and that it is running\n');
});
