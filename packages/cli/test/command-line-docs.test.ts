import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { adminOperations } from '@tollgate/admin';
import { commands } from '../src/commands.ts';
import { flagName, signature } from '../src/help.ts';

const page = readFileSync(new URL('../../../docs/command-line.md', import.meta.url), 'utf8');

/** The sections of commands, by signature, with the flags in their tables. */
const documented = new Map(
  page
    .split(/^### `tollgate /m)
    .slice(1)
    .map((section): [string, string[]] => {
      const [title = ''] = section.split('`', 1);
      const [body = ''] = section.split(/^## /m, 1);
      return [title, [...body.matchAll(/^\| `(--[^`]+)`/gm)].map(([, flag = '']) => flag)];
    }),
);

test('docs/command-line.md has a section for every command and for no other', () => {
  assert.deepEqual([...documented.keys()], commands.map(signature));
});

for (const command of commands) {
  test(`docs/command-line.md lists the flags of ${command.name}, and no other`, () => {
    const flags = documented.get(signature(command)) ?? [];
    assert.deepEqual(new Set(flags), new Set(command.flags.map(flagName)));
  });
}

test('docs/command-line.md lists every operation of the admin API', () => {
  const listed = [...page.matchAll(/^\| `([A-Z]+ \/admin\/v1\/[^`]+)`/gm)].map(([, address]) => address);
  const served = Object.values(adminOperations).map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(new Set(listed), new Set(served));
});
