import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readEnvironment } from '@tollgate/config';
import { provideSecrets } from '../src/state/secrets.ts';

async function emptyDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tollgate-secrets-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return join(directory, '.tollgate');
}

test('secrets are made once and are what the environment reader wants', async (t) => {
  const directory = await emptyDirectory(t);
  const first = readEnvironment(provideSecrets({}, directory));
  const second = readEnvironment(provideSecrets({}, directory));
  assert.equal(first.peppers.length, 1);
  assert.equal(first.peppers[0]?.secret.reveal(), second.peppers[0]?.secret.reveal());
  assert.equal(first.adminToken?.reveal(), second.adminToken?.reveal());
  assert.notEqual(first.adminToken?.reveal(), first.peppers[0]?.secret.reveal());
});

test('only the owner may read the files', async (t) => {
  const directory = await emptyDirectory(t);
  provideSecrets({}, directory);
  const modes = await Promise.all(
    ['', 'key-peppers', 'admin-token'].map(async (name) => (await stat(join(directory, name))).mode & 0o777),
  );
  assert.deepEqual(modes, [0o700, 0o600, 0o600]);
});

test('a secret that is given is used, and nothing is made in its place', async (t) => {
  const directory = await emptyDirectory(t);
  const variables = provideSecrets({ TOLLGATE_ADMIN_TOKEN: 'a token of sixteen or more' }, directory);
  assert.equal(readEnvironment(variables).adminToken?.reveal(), 'a token of sixteen or more');
  await assert.rejects(readFile(join(directory, 'admin-token')), { code: 'ENOENT' });
});
