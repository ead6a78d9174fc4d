/**
 * Installs what pnpm-lock.yaml says, and does nothing where that was done before.
 * Plain JavaScript without dependencies: it runs on whatever Node (20 or later) the machine has; what
 * it installs brings the Node that everything else runs on.
 *
 *   node deploy/install.mjs             everything, tests' and checks' needs included
 *   node deploy/install.mjs --runtime   what running needs, about half the download
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withInstallLock } from './install-lock.mjs';

const pnpm = 'pnpm@12.21.0';
const leastNodeMajor = 24;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampPath = join(root, 'node_modules', '.tollgate-installed');
const runtimeOnly = process.argv.includes('--runtime');

const wanted = fingerprint();
if (!isInstalled(wanted)) await withInstallLock(join(root, '.tollgate'), () => isInstalled(wanted) || install(wanted));

/** Changes whenever an install could give something else. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${pnpm}`);
  const packages = readdirSync(join(root, 'packages')).toSorted();
  const manifests = packages.map((name) => join('packages', name, 'package.json'));
  for (const path of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    if (existsSync(join(root, path))) hash.update(path).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

/** @param {string} state */
function isInstalled(state) {
  if (!existsSync(stampPath)) return false;
  const [installed, extent] = readFileSync(stampPath, 'utf8').split(' ');
  return installed === state && (runtimeOnly || extent === 'everything');
}

/** @param {string} state */
function install(state) {
  process.stderr.write('tollgate: installing what pnpm-lock.yaml says (first time, or something changed)\n');
  rmSync(stampPath, { force: true });
  const extent = runtimeOnly ? ['--prod'] : [];
  const run = spawnSync('npx', ['--yes', pnpm, 'install', '--frozen-lockfile', '--ignore-scripts', ...extent], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // Without it pnpm asks on the terminal before it changes what is installed.
    env: { ...process.env, CI: 'true' },
  });
  if (run.status !== 0)
    fail(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}\ntollgate: the install failed`);
  assertRuntime();
  mkdirSync(dirname(stampPath), { recursive: true });
  writeFileSync(stampPath, `${state} ${runtimeOnly ? 'runtime' : 'everything'}`);
}

/** The pinned Node comes as a package for Linux (glibc); elsewhere the machine's own has to do. */
function assertRuntime() {
  const bin = join(root, 'node_modules', '.bin');
  const probe = spawnSync('node', ['--version'], {
    encoding: 'utf8',
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  });
  const major = Number(/^v(\d+)/.exec(probe.stdout ?? '')?.[1]);
  if (major >= leastNodeMajor) return;
  fail(
    `tollgate: there is no pinned Node for this machine (${process.platform} ${process.arch}) and its own is ` +
      `${process.version}: install Node ${leastNodeMajor} or later and try again`,
  );
}

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`${message.trimEnd()}\n`);
  process.exit(1);
}
