import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { adminServer, type ServerAnswer } from './admin-server.ts';
import { runTollgate, spawnTollgate, workingDirectory } from './run-tollgate.ts';

const token = 'admin-token-of-the-test';

const tenant = {
  name: 'acme',
  tier: 'pro',
  status: 'active',
  requests_per_minute: 600,
  tokens_per_minute: null,
  concurrency: null,
  budgets: ['100/month'],
  created_at: '2026-11-23T12:00:00.000Z',
};

const json = (status: number, body: unknown): ServerAnswer => ({ status, body: JSON.stringify(body) });

test('without Redis a command is one request to the admin API, with the token', async (t) => {
  const server = await adminServer(t, () => json(201, tenant));
  const variables = { TOLLGATE_ADMIN_URL: server.url, TOLLGATE_ADMIN_TOKEN: token };
  const words = [
    'tenants',
    'create',
    'acme',
    '--tier',
    'pro',
    '--rpm',
    '600',
    '--tpm',
    'tier',
    '--budget',
    '100/month',
  ];
  const { exitCode, output } = await runTollgate(await workingDirectory(t), variables, ...words);
  assert.equal(exitCode, 0);
  assert.deepEqual(
    server.seen.map(({ body, ...request }) => ({ ...request, body: JSON.parse(body) as unknown })),
    [
      {
        method: 'POST',
        path: '/admin/v1/tenants',
        authorization: `Bearer ${token}`,
        body: { name: 'acme', tier: 'pro', requests_per_minute: 600, tokens_per_minute: null, budgets: ['100/month'] },
      },
    ],
  );
  assert.equal(
    output,
    [
      'name          acme',
      'tier          pro',
      'status        active',
      'requests/min  600',
      "tokens/min    the tier's",
      "concurrency   the tier's",
      'budgets       100/month',
      'created       2026-11-23 12:00:00Z',
      '',
    ].join('\n'),
  );
});

test('--json prints what the admin API answered, as one line', async (t) => {
  const server = await adminServer(t, () => json(200, { tenants: [tenant] }));
  const variables = { TOLLGATE_ADMIN_URL: server.url, TOLLGATE_ADMIN_TOKEN: token };
  const ran = await runTollgate(await workingDirectory(t), variables, 'tenants', 'list', '--json');
  assert.deepEqual(ran.json(), { tenants: [tenant] });
  assert.equal(ran.output.split('\n').length, 2);
});

test('beside `npm start` the token is found under .tollgate', async (t) => {
  const server = await adminServer(t, () => json(200, tenant));
  const directory = await workingDirectory(t);
  await mkdir(join(directory, '.tollgate'));
  await writeFile(join(directory, '.tollgate', 'admin-token'), `${token}\n`);
  const { exitCode } = await spawnTollgate(directory, { TOLLGATE_ADMIN_URL: server.url }, 'tenants', 'show', 'acme');
  assert.equal(exitCode, 0);
  assert.equal(server.seen[0]?.authorization, `Bearer ${token}`);
});

test('what the admin API refuses is said in its words, with 2 where the command has to change', async (t) => {
  const answers = [
    json(400, { error: { code: 'unknown_tier', message: 'config.yaml has no tier `gold`' } }),
    json(404, { error: { code: 'tenant_not_found', message: 'there is no tenant `acme`' } }),
    json(429, { error: { code: 'too_many_failed_authentications', message: 'wait a minute' } }),
  ];
  const server = await adminServer(t, () => answers[server.seen.length - 1] ?? json(500, {}));
  const variables = { TOLLGATE_ADMIN_URL: server.url, TOLLGATE_ADMIN_TOKEN: token };
  const directory = await workingDirectory(t);
  const run = async () => {
    const { exitCode, errors } = await runTollgate(directory, variables, 'tenants', 'set', 'acme', '--tier', 'gold');
    return [exitCode, errors];
  };
  assert.deepEqual(await run(), [2, 'tollgate: config.yaml has no tier `gold`\n']);
  assert.deepEqual(await run(), [1, 'tollgate: there is no tenant `acme`\n']);
  assert.deepEqual(await run(), [1, 'tollgate: wait a minute\n']);
});

test('a refused token, a redirect and something that is no admin API each get a sentence, and no secret or stack', async (t) => {
  const answers: readonly (readonly [ServerAnswer, RegExp])[] = [
    [json(401, { error: { code: 'invalid_key', message: 'no' } }), /refuses the token: set TOLLGATE_ADMIN_TOKEN/],
    [
      { status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } },
      /answers with 302, and not as an admin API/,
    ],
    [{ status: 502, body: '<html>' }, /answers with 502, and not as an admin API/],
    [json(200, { name: 'acme' }), /not as an admin API of this release/],
    [{ status: 200, body: 'hello' }, /not as an admin API of this release/],
  ];
  for (const [answer, message] of answers) {
    const server = await adminServer(t, () => answer);
    const variables = { TOLLGATE_ADMIN_URL: server.url, TOLLGATE_ADMIN_TOKEN: token };
    const { exitCode, errors } = await runTollgate(await workingDirectory(t), variables, 'tenants', 'show', 'acme');
    assert.equal(exitCode, 1);
    assert.match(errors, message);
    assert.equal(server.seen.length, 1, 'a redirect is not followed');
    assert.doesNotMatch(errors, new RegExp(`${token}|    at `));
  }
});

test('a POST that failed is not repeated: it may have made a key', async (t) => {
  const server = await adminServer(t, () => ({ status: 503, body: '' }));
  const variables = { TOLLGATE_ADMIN_URL: server.url, TOLLGATE_ADMIN_TOKEN: token };
  const { exitCode } = await runTollgate(await workingDirectory(t), variables, 'keys', 'create', '--tenant', 'acme');
  assert.equal(exitCode, 1);
  assert.equal(server.seen.length, 1);
});

test('a gateway that is not there is said to be that', async (t) => {
  const variables = { TOLLGATE_ADMIN_URL: 'http://127.0.0.1:1', TOLLGATE_ADMIN_TOKEN: token };
  const { exitCode, errors } = await spawnTollgate(await workingDirectory(t), variables, 'tenants', 'list');
  assert.equal(exitCode, 1);
  assert.match(errors, /no answer from the admin API at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\): start the gateway/);
});
