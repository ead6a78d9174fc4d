import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutation } from './mutations.ts';

/**
 * - `noticed`: the test failed, as it should.
 * - `unnoticed`: it passed though the safeguard was broken.
 * - `stale`: the line to break is not there once, or the test did not run.
 */
export type Verdict = 'noticed' | 'unnoticed' | 'stale';

/** Breaks the safeguard in a copy of its package and runs its test there. */
export async function runMutation(mutation: Mutation): Promise<Verdict> {
  const original = join(import.meta.dirname, '..', '..', 'packages', mutation.package);
  const copy = await mkdtemp(join(tmpdir(), 'tollgate-mutation-'));
  try {
    for (const part of ['src', 'test', 'package.json']) {
      await cp(join(original, part), join(copy, part), { recursive: true });
    }
    await symlink(join(original, 'node_modules'), join(copy, 'node_modules'));
    const file = join(copy, mutation.file);
    const parts = (await readFile(file, 'utf8')).split(mutation.find);
    if (parts.length !== 2) return 'stale';
    await writeFile(file, parts.join(mutation.replace));
    return await verdictOf(copy, mutation);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function verdictOf(directory: string, { testFile, title }: Mutation): Promise<Verdict> {
  // Without the variables of the runner around it, or the child would report to that.
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const pattern = `^${title.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)}$`;
  const child = spawn(
    process.execPath,
    [
      '--test',
      '--test-timeout=60000',
      '--test-reporter=tap',
      `--test-name-pattern=${pattern}`,
      join(directory, testFile),
    ],
    { env: environment, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString('utf8')));
  await once(child, 'close');
  const tells = (mark: string): boolean =>
    output.split('\n').some((line) => line.trimStart().startsWith(mark) && line.includes(title.slice(0, 60)));
  if (tells('not ok')) return 'noticed';
  return tells('ok') ? 'unnoticed' : 'stale';
}
