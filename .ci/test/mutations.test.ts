import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mutations } from '../mutations/mutations.ts';
import { runMutation } from '../mutations/run-mutation.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'safeguards.md'), 'utf8');

test('docs/safeguards.md lists every safeguard that can be broken on purpose, with its test', () => {
  const rows = [
    ...page.matchAll(/^\| ([^|]+?) +\| ([^|]+?) +\| \[([^\]]+)\]\(\.\.\/packages\/(\w+)\/[^)]+\): (.+?) +\|$/gm),
  ];
  assert.deepEqual(
    rows.map(([, safeguard, , testFile, owner, title]) => [safeguard, owner, testFile, title]),
    mutations.map(({ safeguard, package: owner, testFile, title }) => [safeguard, owner, testFile, title]),
  );
});

for (const mutation of mutations) {
  test(`${mutation.safeguard}: the line to break is there once`, () => {
    const text = readFileSync(join(root, 'packages', mutation.package, mutation.file), 'utf8');
    assert.equal(text.split(mutation.find).length, 2);
  });
}

test('every named test is there', () => {
  for (const { package: owner, testFile, title, safeguard } of mutations) {
    const folder = join(root, 'packages', owner, testFile, '..');
    const text = globSync(join(folder, '*.ts'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    // Some titles are put together; what stands before the first such part is enough to find one.
    const words = title.replace(/^redis: /, '').replace(/ \d+ .*| booked to .*| MOVED .*| of a replica, .*/, '');
    assert.ok(text.includes(words), safeguard);
  }
});

for (const mutation of mutations.filter(({ always }) => always === true)) {
  test(`${mutation.safeguard}: broken on purpose, it is noticed`, async () => {
    assert.equal(await runMutation(mutation), 'noticed');
  });
}
