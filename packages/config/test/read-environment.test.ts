import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigError, readEnvironment, type EnvironmentOptions, type Variables } from '../src/index.ts';

const first = 'a'.repeat(16);
const second = 'b:c'.repeat(6);

function problemsOf(variables: Variables, options: EnvironmentOptions = {}): readonly string[] {
  try {
    readEnvironment(variables, options);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message.split('\n');
  }
}

test('an empty environment has the defaults of a gateway node and no secrets', () => {
  assert.deepEqual(readEnvironment({ PORT: '' }), {
    port: 8080,
    operatorPort: 8081,
    redisUrl: undefined,
    configPath: 'config.yaml',
    peppers: [],
    adminToken: undefined,
    adminUrl: 'http://127.0.0.1:8081',
    journalDir: undefined,
    workers: 1,
    commit: undefined,
  });
  assert.equal(readEnvironment({}, { port: 9900, operatorPort: 8082 }).operatorPort, 8082);
});

test('every variable is read', () => {
  const environment = readEnvironment({
    PORT: '0',
    TOLLGATE_OPERATOR_PORT: '0',
    REDIS_URL: 'rediss://u:p@host:1/2',
    TOLLGATE_CONFIG: '/etc/tollgate.yaml',
    TOLLGATE_KEY_PEPPERS: `v2:${second}, v1:${first}`,
    TOLLGATE_ADMIN_TOKEN: 'c'.repeat(16),
    TOLLGATE_ADMIN_URL: 'https://gateway:8081',
    TOLLGATE_JOURNAL_DIR: '/var/lib/tollgate',
    TOLLGATE_WORKERS: '4',
    TOLLGATE_COMMIT: '29abc80',
  });
  assert.equal(environment.commit, '29abc80');
  assert.deepEqual([environment.port, environment.operatorPort, environment.workers], [0, 0, 4]);
  assert.equal(environment.redisUrl?.reveal(), 'rediss://u:p@host:1/2');
  assert.deepEqual(
    environment.peppers.map(({ version, secret }) => [version, secret.reveal()]),
    [
      ['v2', second],
      ['v1', first],
    ],
  );
  assert.equal(environment.adminToken?.reveal(), 'c'.repeat(16));
  assert.equal(environment.configPath, '/etc/tollgate.yaml');
  assert.equal(environment.adminUrl, 'https://gateway:8081');
  assert.equal(environment.journalDir, '/var/lib/tollgate');
});

test('each variable is read from the file that its …_FILE names', (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-config-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'peppers');
  writeFileSync(file, `v1:${first}\n`);
  assert.equal(readEnvironment({ TOLLGATE_KEY_PEPPERS_FILE: file }).peppers[0]?.secret.reveal(), first);
  assert.deepEqual(problemsOf({ TOLLGATE_KEY_PEPPERS_FILE: file, TOLLGATE_KEY_PEPPERS: `v1:${first}` }), [
    'environment: TOLLGATE_KEY_PEPPERS: TOLLGATE_KEY_PEPPERS and TOLLGATE_KEY_PEPPERS_FILE are both set: unset one of them',
  ]);
});

test('each mistake is told, all at once, and no value is repeated', () => {
  const problems = problemsOf({
    PORT: '70000',
    TOLLGATE_OPERATOR_PORT: 'secret',
    REDIS_URL: 'http://secret',
    TOLLGATE_KEY_PEPPERS: 'v1:secret',
    TOLLGATE_ADMIN_TOKEN: 'secret',
    TOLLGATE_ADMIN_URL: 'secret:8081',
    TOLLGATE_WORKERS: '0',
    TOLLGATE_JOURNAL_DIR_FILE: '/no/such/file',
  });
  assert.deepEqual(problems, [
    'environment: PORT: has to be a port from 0 (any free one) to 65535',
    'environment: TOLLGATE_OPERATOR_PORT: has to be a port from 0 (any free one) to 65535',
    'environment: REDIS_URL: has to be an address that begins with `redis://`, `rediss://` or `unix://`',
    'environment: TOLLGATE_KEY_PEPPERS: pepper `v1` is too short to be safe: use at least 16 random characters',
    'environment: TOLLGATE_ADMIN_TOKEN: is too short to be safe: use at least 16 random characters',
    'environment: TOLLGATE_ADMIN_URL: has to be an address that begins with `http://` or `https://`',
    'environment: TOLLGATE_JOURNAL_DIR: TOLLGATE_JOURNAL_DIR_FILE names a file that cannot be read (ENOENT): /no/such/file',
    'environment: TOLLGATE_WORKERS: has to be a number of processes from 1 to 999',
  ]);
  assert.doesNotMatch(problems.join('\n'), /secret/);
});

test('peppers need a version each, and different ones', () => {
  assert.deepEqual(problemsOf({ TOLLGATE_KEY_PEPPERS: first }), [
    'environment: TOLLGATE_KEY_PEPPERS: has to be `v1:…`, or several with commas between (`v2:…,v1:…`); entry 1 is not',
  ]);
  assert.deepEqual(problemsOf({ TOLLGATE_KEY_PEPPERS: `v1:${first},v1:${second}` }), [
    'environment: TOLLGATE_KEY_PEPPERS: version `v1` stands twice: each pepper needs a version of its own',
  ]);
});

test('what a process cannot do without is told where it is missing, and only once', () => {
  const required = ['REDIS_URL', 'TOLLGATE_KEY_PEPPERS', 'TOLLGATE_ADMIN_TOKEN'] as const;
  assert.deepEqual(
    problemsOf({ TOLLGATE_ADMIN_TOKEN: first, TOLLGATE_KEY_PEPPERS_FILE: '/no/such/file' }, { required }),
    [
      'environment: TOLLGATE_KEY_PEPPERS: TOLLGATE_KEY_PEPPERS_FILE names a file that cannot be read (ENOENT): /no/such/file',
      'environment: REDIS_URL: is not set: it is the address of the Redis that all nodes share, such as `redis://127.0.0.1:6379`',
    ],
  );
});
