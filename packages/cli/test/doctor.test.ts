import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { testRedis } from '@tollgate/testkit';
import { adminServer } from './admin-server.ts';
import { runTollgate, workingDirectory } from './run-tollgate.ts';

const config = `
version: 1
providers:
  local: { type: openai-compatible, base_url: "http://127.0.0.1:11434/v1" }
models:
  llama3: { targets: [ { provider: local, model: llama3 } ] }
tiers:
  free: { requests_per_minute: 20, models: [llama3] }
pricing:
  local: { llama3: { input: 0, output: 0 } }
`;

const secrets = {
  TOLLGATE_ADMIN_TOKEN: 'admin-token-of-the-test',
  TOLLGATE_KEY_PEPPERS: 'v2:pepper-of-the-test-0123456789',
};

/** Statuses by what was looked at, and the exit code. */
async function examine(t: TestContext, variables: Readonly<Record<string, string>>, configText = config) {
  const directory = await workingDirectory(t, { 'config.yaml': configText });
  const all = { TOLLGATE_CONFIG: `${directory}/config.yaml`, ...variables };
  const { exitCode, ...ran } = await runTollgate(directory, all, 'doctor', '--json');
  const { checks } = ran.json() as { checks: readonly { check: string; status: string; detail: string }[] };
  return { exitCode, checks, statuses: Object.fromEntries(checks.map(({ check, status }) => [check, status])) };
}

test('where everything is there, nothing fails', async (t) => {
  const server = await adminServer(t, () => ({ status: 200, body: '{"tenants":[]}' }));
  const variables = { ...secrets, REDIS_URL: await testRedis(), TOLLGATE_ADMIN_URL: server.url };
  const { exitCode, statuses, checks } = await examine(t, variables);
  assert.equal(exitCode, 0);
  assert.deepEqual(statuses, {
    environment: 'ok',
    config: 'ok',
    providers: 'ok',
    'key peppers': 'ok',
    'admin token': 'ok',
    redis: 'ok',
    'redis eviction': 'ok',
    'redis persistence': 'warn',
    'redis role': 'ok',
    'admin API': 'ok',
  });
  const text = JSON.stringify(checks);
  assert.doesNotMatch(text, /admin-token-of-the-test|pepper-of-the-test/);
  assert.match(text, /answers, (Redis|Valkey) \d+\.\d+\.\d+/);
});

test('a Redis that is away fails, and the admin API is then a warning: it may run elsewhere', async (t) => {
  const away = { REDIS_URL: 'redis://127.0.0.1:1', TOLLGATE_ADMIN_URL: 'http://127.0.0.1:1' };
  const { exitCode, statuses, checks } = await examine(t, { ...secrets, ...away });
  assert.equal(exitCode, 1);
  assert.deepEqual([statuses['redis'], statuses['admin API']], ['fail', 'warn']);
  assert.match(checks.find(({ check }) => check === 'redis')?.detail ?? '', /ECONNREFUSED 127\.0\.0\.1:1/);
});

test('without Redis the admin API has to answer', async (t) => {
  const { exitCode, statuses } = await examine(t, { ...secrets, TOLLGATE_ADMIN_URL: 'http://127.0.0.1:1' });
  assert.equal(exitCode, 1);
  assert.deepEqual([statuses['redis'], statuses['admin API']], ['warn', 'fail']);
});

test('missing secrets and a bad config fail, each by itself', async (t) => {
  const { exitCode, statuses } = await examine(t, {}, config.replace('tiers:', 'teirs:'));
  assert.equal(exitCode, 1);
  assert.deepEqual(statuses, { environment: 'ok', config: 'fail', 'key peppers': 'fail', 'admin token': 'fail' });
});

test('a variable that cannot be read is the first thing to mend', async (t) => {
  const { exitCode, statuses } = await examine(t, { PORT: 'eighty' });
  assert.deepEqual([exitCode, statuses], [1, { environment: 'fail' }]);
});

test('the text has a line for each, with what to do below', async (t) => {
  const directory = await workingDirectory(t, { 'config.yaml': config });
  const variables = { TOLLGATE_CONFIG: `${directory}/config.yaml` };
  const { output } = await runTollgate(directory, variables, 'doctor');
  assert.match(output, /^ok {4}environment: every variable can be read\n/);
  assert.match(output, /\nfail {2}admin token: TOLLGATE_ADMIN_TOKEN is not set\n {6}→ set it to/);
});
