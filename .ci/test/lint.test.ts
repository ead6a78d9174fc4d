import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';

const root = join(import.meta.dirname, '..', '..');

/** What the linter says, under this repository's configuration, of one file. */
function lint(t: TestContext, path: string, text: string): string {
  const place = mkdtempSync(join(tmpdir(), 'tollgate-lint-'));
  t.after(() => rmSync(place, { recursive: true, force: true }));
  for (const name of ['.oxlintrc.json', 'tsconfig.base.json']) cpSync(join(root, name), join(place, name));
  mkdirSync(join(place, dirname(path)), { recursive: true });
  writeFileSync(
    join(place, 'tsconfig.json'),
    '{ "extends": "./tsconfig.base.json", "compilerOptions": { "types": [] } , "include": ["packages"] }',
  );
  writeFileSync(join(place, path), text);
  const run = spawnSync(join(root, 'node_modules', '.bin', 'oxlint'), ['--type-aware', '--format=json', 'packages'], {
    cwd: place,
    encoding: 'utf8',
  });
  return run.stdout;
}

test('a promise that nobody waits for is refused', (t) => {
  const text =
    'const work = async (): Promise<void> => Promise.resolve();\nexport function start(): void {\n  work();\n}\n';
  assert.match(lint(t, 'packages/store/src/start.ts', text), /no-floating-promises/);
});

test('a switch that forgets a case of a union is refused', (t) => {
  const text =
    "export function cost(kind: 'a' | 'b'): number {\n  switch (kind) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n";
  assert.match(lint(t, 'packages/store/src/cost.ts', text), /switch-exhaustiveness-check/);
});

for (const [expression, remedy] of [
  ['Date.now()', 'use nowMs()'],
  ['Math.random()', "take core's Random"],
  ["process.env['HOME']", 'Only main.ts names process.env'],
] as const) {
  test(`${expression} in src is refused with what to do instead, and allowed in main.ts`, (t) => {
    const text = `export const read = (): unknown => ${expression};\n`;
    assert.ok(lint(t, 'packages/store/src/read.ts', text).includes(remedy));
    assert.equal(lint(t, 'packages/store/src/main.ts', text).includes(remedy), false);
  });
}
