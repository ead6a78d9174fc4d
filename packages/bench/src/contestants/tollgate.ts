import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startRedis } from '@tollgate/testkit';
import { startCommand, unusedPort } from '../processes/child.ts';
import { onPath } from '../processes/on-path.ts';
import type { Contestant, Running, StartOptions } from './contestant.ts';
import { firstAnswerMs } from './first-answer.ts';
import { madeDirectory, repositoryRoot } from './made-directory.ts';
import { everythingOn } from './tollgate-config.ts';

const run = promisify(execFile);
const secrets = {
  TOLLGATE_KEY_PEPPERS: 'v1:pepper-of-the-benchmark-0123456789',
  TOLLGATE_ADMIN_TOKEN: 'admin-token-of-the-benchmark-0123456789',
};

let bundled: string | undefined;

/** The JavaScript that the image holds; made once a run, so that it is that of the sources as they are. */
function bundle(): string {
  if (bundled === undefined) {
    bundled = join(madeDirectory, 'tollgate');
    execFileSync(process.execPath, [join(repositoryRoot, 'deploy', 'image', 'bundle.ts'), bundled]);
  }
  return join(bundled, 'bin');
}

export interface NodeOptions extends StartOptions {
  readonly redisUrl: string;
  readonly workers?: number;
  /** Whose keys are made; a Redis has each tenant once. */
  readonly tenant?: string;
  /** Where the bundle's programs lie; that of the sources as they are unless given. */
  readonly bin?: string | undefined;
}

/** A gateway node over a Redis that somebody else owns. */
export async function startNode(options: NodeOptions): Promise<Running> {
  const { mockPort, directory, redisUrl, workers, tenant = 'bench', bin = bundle() } = options;
  const config = join(directory, 'config.yaml');
  writeFileSync(config, everythingOn(mockPort));
  const [port, operatorPort] = [await unusedPort(), await unusedPort()];
  const env = {
    ...secrets,
    PORT: String(port),
    TOLLGATE_OPERATOR_PORT: String(operatorPort),
    TOLLGATE_CONFIG: config,
    TOLLGATE_JOURNAL_DIR: join(directory, 'journal'),
    REDIS_URL: redisUrl,
    ...(workers === undefined ? {} : { TOLLGATE_WORKERS: String(workers) }),
  };
  const { wide, narrow } = await makeKeys({ tenant, bin, env });
  const args = [...imageFlags(), ...profilingFlags(), join(bin, 'gateway.mjs')];
  const child = startCommand({ command: process.execPath, args, env, logPath: join(directory, 'gateway.log') });
  const at = { port, path: '/v1/chat/completions', headers: bearer(wide) };
  return {
    ...at,
    pid: child.pid,
    firstAnswerMs: await firstAnswerMs(at),
    refusals: { wrongKey: bearer(`${wide.slice(0, -1)}${wide.endsWith('a') ? 'b' : 'a'}`), limitedKey: bearer(narrow) },
    fallbackModel: 'bench-fallback',
    redisUrl,
    scrape: () => scrape(operatorPort),
    stop: () => child.stop(),
  };
}

/** What the image starts node with. */
function imageFlags(): readonly string[] {
  const dockerfile = readFileSync(join(repositoryRoot, 'deploy', 'Dockerfile'), 'utf8');
  const entry: unknown = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? 'null');
  if (!Array.isArray(entry)) throw new Error('deploy/Dockerfile has an ENTRYPOINT');
  return entry.slice(1).map(String);
}

/** Flags for `node`, such as `--cpu-prof --cpu-prof-dir=…`, to see where the time goes. */
const profilingFlags = (): readonly string[] =>
  (process.env['TOLLGATE_BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

/** One key whose limits and budgets are all there and never reached, and one that may call once a minute. */
async function makeKeys(options: {
  readonly tenant: string;
  readonly bin: string;
  readonly env: Record<string, string>;
}): Promise<{ wide: string; narrow: string }> {
  const { tenant, bin, env } = options;
  const tollgate = async (...args: readonly string[]): Promise<string> => {
    const all = [join(bin, 'tollgate.mjs'), ...args, '--json'];
    return (await run(process.execPath, all, { env: { ...process.env, ...env } })).stdout;
  };
  await tollgate('tenants', 'create', tenant, '--tier', 'wide');
  const wide = keyOf(await tollgate('keys', 'create', '--tenant', tenant, '--tier', 'wide'));
  const narrow = keyOf(await tollgate('keys', 'create', '--tenant', tenant, '--tier', 'narrow'));
  return { wide, narrow };
}

function keyOf(output: string): string {
  const minted: { readonly key: string } = JSON.parse(output);
  return minted.key;
}

async function scrape(port: number): Promise<void> {
  const [answer] = await once(get({ host: '127.0.0.1', port, path: '/metrics' }), 'response');
  answer.resume();
  await once(answer, 'close');
}

const onRedis = (name: string, description: string, bin?: string): Contestant => ({
  name,
  description,
  missing: () =>
    onPath('redis-server') === undefined && onPath('valkey-server') === undefined
      ? 'no redis-server is on PATH'
      : undefined,
  start: async (options) => {
    const redis = await startRedis();
    const node = await startNode({ ...options, redisUrl: redis.url, bin });
    return {
      ...node,
      stop: async () => {
        await node.stop();
        await redis.stop();
      },
    };
  },
});

export const tollgate = onRedis(
  'tollgate',
  'everything on: key, RPM, TPM, concurrency and a hard budget of key and tenant, Redis, ledger, journal, a log line a request, metrics',
);

export const baselineTollgate = (directory: string): Contestant =>
  onRedis('baseline', `as tollgate, from the sources that ${directory} was made of`, join(directory, 'bin'));
