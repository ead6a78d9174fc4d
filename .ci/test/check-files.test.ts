import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFile, checkLockfile } from '../checks/check-files.ts';

const found = (path: string, text = '') => checkFile({ path, text }).map((problem) => problem.found);

test('a source file of 300 lines passes and one of 301 does not', () => {
  assert.deepEqual(found('packages/core/src/a.ts', 'x\n'.repeat(300)), []);
  assert.deepEqual(found('packages/core/src/a.ts', 'x\n'.repeat(301)), ['301 lines']);
});

test('a file name that says nothing is found, one that merely contains such a word is not', () => {
  assert.deepEqual(found('packages/core/src/string-utils.ts'), ['`utils` in a file name']);
  assert.deepEqual(found('packages/core/src/metadata.ts'), []);
});

test('words of unfinished work and silenced checks are found with their line', () => {
  const words = [
    ['TO', 'DO'],
    ['FIX', 'ME'],
    ['@ts-', 'ignore'],
    ['oxlint-', 'disable-next-line'],
  ];
  const text = words.map((pieces) => `// ${pieces.join('')}`).join('\n');
  const lines = checkFile({ path: 'packages/core/src/a.ts', text }).map(({ line }) => line);
  assert.deepEqual(lines, [1, 2, 3, 4]);
});

test('a lockfile that names an address is found', () => {
  const text = 'resolution: {integrity: sha512-a}\nresolution: {tarball: https://example.com/a.tgz}\n';
  assert.deepEqual(
    checkLockfile({ path: 'pnpm-lock.yaml', text }).map(({ line }) => line),
    [2],
  );
});
