/**
 * `npm test [-- <folder or file>… --<option of node's test runner>…]`: runs the tests of every package
 * against one private Redis, which ends with the run. Never skips: without a Redis, or a Prometheus where it is needed, it fails.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startRedis } from '../packages/testkit/src/index.ts';
import { ensurePrometheus } from './ensure-prometheus.ts';
import { ensureRedisServer } from './ensure-redis-server.ts';

/** Hundreds of processes load the same modules: types are taken out and code is compiled once. Node goes by what is in a file. */
const compileCache = join(import.meta.dirname, '..', 'node_modules', '.cache', 'tests');

/** A process that does not end by itself would hold up the run for ever: node's own time limits are for tests, not files. */
const longestRunMs = 10 * 60_000;

const allTests = ['packages/*/test/**/*.test.ts', 'deploy/test/**/*.test.ts', '.ci/test/**/*.test.ts'];

async function runTests(args: readonly string[]): Promise<number> {
  const options = args.filter((arg) => arg.startsWith('-'));
  const places = args.filter((arg) => !arg.startsWith('-'));
  const files = places.length === 0 ? globSync(allTests) : places.flatMap(testsAt);
  if (files.length === 0) {
    console.error(`npm test: there are no tests at ${places.join(', ')}`);
    return 1;
  }
  if (!ensureRedisServer()) return 1;
  if (files.some(needsPrometheus) && !ensurePrometheus()) return 1;
  const redis = await startRedis(); // Ends with this process.
  return runNode(['--test', '--test-concurrency=2', ...options, ...files.toSorted()], redis.url);
}

/** Only these need it, and its package is a large download. */
const needsPrometheus = (file: string): boolean => basename(file).startsWith('prometheus-');

const testsAt = (place: string): string[] =>
  statSync(place, { throwIfNoEntry: false })?.isDirectory() === true
    ? globSync(join(place, '**/*.test.ts'), { exclude: ['**/node_modules/**', '**/dist/**'] })
    : globSync(place);

async function runNode(args: readonly string[], redisUrl: string): Promise<number> {
  const child = spawn(process.execPath, args, {
    stdio: 'inherit',
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, TOLLGATE_TEST_REDIS_URL: redisUrl },
  });
  // At SIGINT node's runner names the files that still run. Ctrl-C reaches it by itself.
  const overdue = setTimeout(() => child.kill('SIGINT'), longestRunMs);
  process.on('SIGTERM', () => child.kill('SIGINT'));
  process.on('SIGINT', () => undefined);
  const [code] = await once(child, 'exit');
  clearTimeout(overdue);
  return typeof code === 'number' ? code : 1;
}

process.exitCode = await runTests(process.argv.slice(2));
