import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';

interface Run {
  readonly code: number;
  readonly output: string;
}

interface Checkout {
  readonly root: string;
  install(...args: string[]): Promise<Run>;
  /** The arguments of each install that pnpm was asked for. */
  installs(): Promise<readonly string[]>;
}

/** A folder with the installer and a stand-in for `npx` that notes what it is asked for. */
async function checkout(t: TestContext, npx = 'sleep 0.2; echo "$@" >> installs'): Promise<Checkout> {
  const root = await mkdtemp(join(tmpdir(), 'tollgate-install-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, 'packages', 'one'), { recursive: true });
  await mkdir(join(root, 'bin'));
  await cp(join(import.meta.dirname, '..'), join(root, 'deploy'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{}');
  await writeFile(join(root, 'packages', 'one', 'package.json'), '{}');
  await writeFile(join(root, 'bin', 'npx'), `#!/bin/sh\n${npx}\n`, { mode: 0o755 });
  const env = {
    ...process.env,
    PATH: `${join(root, 'bin')}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  };
  return {
    root,
    install: (...args) =>
      new Promise((resolve) => {
        execFile(process.execPath, ['deploy/install.mjs', ...args], { cwd: root, env }, (error, stdout, stderr) => {
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
        });
      }),
    installs: async () => {
      const lines = await readFile(join(root, 'installs'), 'utf8').catch(() => '');
      return lines.split('\n').filter((line) => line !== '');
    },
  };
}

test('an install is done once for one state of lockfile and manifests', async (t) => {
  const place = await checkout(t);
  await place.install();
  const second = await place.install();
  assert.deepEqual(second, { code: 0, output: '' });
  assert.equal((await place.installs()).length, 1);
  await writeFile(join(place.root, 'packages', 'one', 'package.json'), '{"version":"2"}');
  await place.install();
  assert.equal((await place.installs()).length, 2);
});

test('an install takes the versions of the lockfile and runs no install scripts', async (t) => {
  const place = await checkout(t);
  await place.install();
  assert.match((await place.installs())[0] ?? '', /^--yes pnpm@[\d.]+ install --frozen-lockfile --ignore-scripts$/);
});

test('everything serves as a runtime, a runtime does not serve as everything', async (t) => {
  const place = await checkout(t);
  await place.install('--runtime');
  await place.install();
  await place.install('--runtime');
  assert.deepEqual(
    (await place.installs()).map((line) => line.endsWith('--prod')),
    [true, false],
  );
});

test('of two installs at once the second waits and then has nothing to do', async (t) => {
  const place = await checkout(t);
  const runs = await Promise.all([place.install(), place.install()]);
  assert.deepEqual(
    runs.map(({ code }) => code),
    [0, 0],
  );
  assert.equal((await place.installs()).length, 1);
});

test('the lock of an install that was killed holds nobody up', async (t) => {
  const place = await checkout(t);
  const pidOfNobody = 2 ** 22 + 1; // Above what Linux and macOS give out.
  await mkdir(join(place.root, '.tollgate'));
  await appendFile(join(place.root, '.tollgate', 'install.lock'), String(pidOfNobody));
  assert.equal((await place.install()).code, 0);
  assert.equal((await place.installs()).length, 1);
});

test('an install that fails prints what pnpm said, and is tried again', async (t) => {
  const place = await checkout(t, 'echo "$@" >> installs; echo ERR_PNPM_OUTDATED_LOCKFILE; exit 1');
  const run = await place.install();
  assert.equal(run.code, 1);
  assert.match(run.output, /ERR_PNPM_OUTDATED_LOCKFILE/);
  await place.install();
  assert.equal((await place.installs()).length, 2);
});
