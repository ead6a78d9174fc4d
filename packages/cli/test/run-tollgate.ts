import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { runCommandLine } from '../src/index.ts';

const main = new URL('../src/main.ts', import.meta.url).pathname;

export interface Ran {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
  /** The output as JSON. */
  json(): unknown;
}

/** Runs the command in this process, with no variables but these. */
export async function runTollgate(
  directory: string,
  variables: Readonly<Record<string, string>>,
  ...words: string[]
): Promise<Ran> {
  const result = await runCommandLine({ words, variables, workingDirectory: directory });
  return { ...result, json: () => JSON.parse(result.output) as unknown };
}

/** The same in a process of its own, which has the directory as its own. */
export async function spawnTollgate(
  directory: string,
  variables: Readonly<Record<string, string>>,
  ...words: string[]
): Promise<Ran> {
  const child = spawn(process.execPath, [main, ...words], { cwd: directory, env: variables });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number];
  return { exitCode, output, errors, json: () => JSON.parse(output) as unknown };
}

/** A working directory with these files, removed after the test. */
export async function workingDirectory(t: TestContext, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tollgate-cli-'));
  t.after(() => rm(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}
