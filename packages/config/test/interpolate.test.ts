import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkConfigText } from '../src/check-config.ts';
import { interpolate } from '../src/file/interpolate.ts';

const done = (text: string): { kind: 'done'; text: string } => ({ kind: 'done', text });

test('references are replaced, and defaults where a variable is unset or empty', () => {
  const variables = { A: 'one', EMPTY: '' };
  assert.deepEqual(interpolate('${A}', variables), done('one'));
  assert.deepEqual(interpolate('<${A}-${A}>', variables), done('<one-one>'));
  assert.deepEqual(interpolate('${B:-two}', variables), done('two'));
  assert.deepEqual(interpolate('${B:-}', variables), done(''));
  assert.deepEqual(interpolate('${EMPTY:-two}', variables), done('two'));
  assert.deepEqual(interpolate('${EMPTY}', variables), done(''));
  assert.deepEqual(interpolate('${B:-redis://h:1/0}', variables), done('redis://h:1/0'));
});

test('`$${` stands for the characters themselves', () => {
  assert.deepEqual(interpolate('$${A} $A $', { A: 'one' }), done('${A} $A $'));
});

test('what a variable holds is not looked into again', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const result = interpolate('${A}', { A: value });
      return result.kind === 'done' && result.text === value;
    }),
  );
  assert.deepEqual(interpolate('${A}', { A: '${B}', B: 'two' }), done('${B}'));
});

test('a value cannot become YAML', () => {
  const value = 'x", "key_prefix": "evil\n  key_prefix: evil # {';
  const { problems } = checkConfigText('redis: { key_prefix: "${A}" }', { A: value });
  assert.deepEqual(
    problems.map(({ path }) => path),
    ['redis.key_prefix'],
  );
});

test('text from the environment is read as a number or truth value where one is expected, and only there', () => {
  const text =
    'server: { drain_seconds: "${N}" }\nrouting: { retry: { after_timeout: "${T}" } }\nredis: { password: "${N}" }';
  const { config } = checkConfigText(text, { N: '12', T: 'true' });
  assert.equal(config?.server.drainMs, 12_000);
  assert.equal(config?.routing.retry.afterTimeout, true);
  assert.equal(config?.redis.password?.reveal(), '12');
});

test('text from the environment that is no number is refused without being shown', () => {
  const { problems } = checkConfigText('server: { drain_seconds: "${N}" }', { N: 'a secret' });
  assert.deepEqual(problems, [
    { path: 'server.drain_seconds', line: 1, message: 'has to be a whole number, not text' },
  ]);
});

test('a name from the environment that nothing has is refused without being shown', () => {
  const text = 'providers: { openai: { type: "${T}" } }';
  assert.doesNotMatch(JSON.stringify(checkConfigText(text, { T: 'a secret' }).problems), /secret/);
  const target = 'models: { m: { targets: [{ provider: "${T}", model: m }] } }';
  assert.equal(
    checkConfigText(target, { T: 'a secret' }).problems[0]?.message,
    'no provider is named so (the value comes from the environment)',
  );
});

test('a reference reads the file that NAME_FILE names, and refuses both at once', (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-config-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'key');
  writeFileSync(file, 'from the file\n');
  assert.deepEqual(interpolate('${A}', { A_FILE: file }), done('from the file'));
  assert.deepEqual(interpolate('${A}', { A: 'x', A_FILE: file }), {
    kind: 'failed',
    message: 'A and A_FILE are both set: unset one of them',
  });
  assert.deepEqual(interpolate('${A}', { A_FILE: '/no/such/file' }), {
    kind: 'failed',
    message: 'A_FILE names a file that cannot be read (ENOENT): /no/such/file',
  });
});

test('anchors carry what was interpolated', () => {
  const text = 'redis: { username: &u "${A}", password: *u }';
  assert.equal(checkConfigText(text, { A: 'one' }).config?.redis.password?.reveal(), 'one');
});
