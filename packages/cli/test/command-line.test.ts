import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTollgate, spawnTollgate, workingDirectory } from './run-tollgate.ts';

const nothing = {};

test('a mistyped command or flag ends with 2 and the name that was probably meant', async (t) => {
  const directory = await workingDirectory(t);
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['keys', 'creat'], /unknown command `keys creat`; did you mean create\?/],
    [['tenant', 'list'], /unknown command `tenant`; did you mean tenants\?/],
    [['keys'], /`keys` needs one of: create, list, show, revoke, rotate/],
    [['frobnicate'], /unknown command `frobnicate`: `tollgate help` lists all/],
    [['keys', 'create', '--tenat', 'acme'], /unknown flag --tenat; did you mean --tenant\?/],
    [['keys', 'create', '-x'], /unknown flag -x/],
    [['keys', 'create'], /`keys create` needs --tenant <tenant>: whose key it is/],
    [['keys', 'create', '--tenant'], /--tenant needs a value/],
    [['keys', 'create', '--tenant', '--json'], /--tenant needs a value/],
    [['keys', 'create', '--tenant='], /--tenant needs a value/],
    [['keys', 'create', '--tenant', 'a', '--tenant', 'b'], /--tenant stands twice/],
    [['keys', 'create', '--tenant', 'a', '--soft=no'], /--soft takes no value/],
    [['keys', 'create', '--tenant', 'a', '--soft'], /--soft needs a --budget/],
    [['keys', 'create', '--tenant', 'a', '--rpm', 'many'], /--rpm has to be a whole number, or `tier`, not many/],
    [['tenants', 'create'], /`tenants create` needs <name>/],
    [['tenants', 'create', 'a', 'b'], /`tenants create` does not take `b`/],
    [['tenants', 'set', 'acme'], /needs a flag that says what to change/],
    [['tenants', 'set', 'acme', '--status', 'off'], /--status has to be active or suspended, not off/],
  ];
  for (const [words, message] of cases) {
    const { exitCode, output, errors } = await runTollgate(directory, nothing, ...words);
    assert.match(errors, message);
    assert.deepEqual([exitCode, output], [2, ''], words.join(' '));
    assert.doesNotMatch(errors, /\n.*\n/, 'one line, no stack');
  }
});

test('every command can be asked what it takes, in either way and without what it needs', async (t) => {
  const directory = await workingDirectory(t);
  const asked = await runTollgate(directory, nothing, 'keys', 'create', '--help');
  assert.equal(asked.exitCode, 0);
  assert.match(asked.output, /^Usage: tollgate keys create --tenant <tenant> \[--tier <tier>\]/);
  assert.equal((await runTollgate(directory, nothing, 'help', 'keys', 'create')).output, asked.output);
  assert.equal((await runTollgate(directory, nothing, 'keys', 'create', '-h')).output, asked.output);
  const all = await spawnTollgate(directory, nothing);
  assert.match(all.output, /keys rotate <id> +Make a key that takes the place of another/);
  assert.equal((await runTollgate(directory, nothing, '--help')).output, all.output);
});

test('a process ends with the code of its failure, and says why on standard error alone', async (t) => {
  const { exitCode, output, errors } = await spawnTollgate(await workingDirectory(t), nothing, 'keys', 'creat');
  assert.deepEqual(
    [exitCode, output, errors],
    [2, '', 'tollgate: unknown command `keys creat`; did you mean create?\n'],
  );
});

test('without Redis and without a token it says which of them to set', async (t) => {
  const { exitCode, errors } = await runTollgate(await workingDirectory(t), nothing, 'tenants', 'list');
  assert.equal(exitCode, 1);
  assert.match(errors, /set REDIS_URL, or TOLLGATE_ADMIN_TOKEN/);
});

test('a variable that cannot be read is named, and its value is not shown', async (t) => {
  const variables = { TOLLGATE_ADMIN_TOKEN: 'hunter2' };
  const { exitCode, errors } = await runTollgate(await workingDirectory(t), variables, 'tenants', 'list');
  assert.equal(exitCode, 1);
  assert.match(errors, /TOLLGATE_ADMIN_TOKEN: is too short/);
  assert.doesNotMatch(errors, /hunter2/);
});
