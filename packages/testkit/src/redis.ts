import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, closeSync, constants, openSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';

export interface PrivateRedis {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends the server and removes its directory. */
  stop(): Promise<void>;
}

export interface RedisServerOptions {
  /** Go to redis-server after our own and so win. */
  readonly args?: readonly string[];
  /** An unused one by default; that of a stopped server brings it back, empty. */
  readonly port?: number;
}

/** A server with nothing saved, on 127.0.0.1. */
export async function startRedis(options: RedisServerOptions = {}): Promise<PrivateRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'tollgate-redis-'));
  const port = options.port ?? (await unusedPort());
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'no'];
  return launch({ directory, port, args: [...own, ...(options.args ?? [])] });
}

/** Sentinel watches the primary as `main`, and promotes another server when two sentinels have not heard of it for a second. */
export async function startSentinel(primaryPort: number): Promise<PrivateRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'tollgate-sentinel-'));
  const port = await unusedPort();
  const file = join(directory, 'sentinel.conf');
  await writeFile(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${directory}`,
      `sentinel monitor main 127.0.0.1 ${primaryPort} 2`,
      'sentinel down-after-milliseconds main 1000',
      'sentinel failover-timeout main 5000',
    ].join('\n'),
  );
  return launch({ directory, port, args: [file, '--sentinel'] });
}

/** Resolves once it answers. Ends with this process. */
async function launch({
  directory,
  port,
  args,
}: {
  readonly directory: string;
  readonly port: number;
  readonly args: readonly string[];
}): Promise<PrivateRedis> {
  const log = openSync(join(directory, 'redis.log'), 'a');
  const child = spawn(serverBinary(), args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = once(child, 'exit');
  const removeWithProcess = () => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', removeWithProcess);
  child.unref();
  const url = `redis://127.0.0.1:${port}`;
  const probe = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  probe.on('error', () => undefined);
  try {
    await Promise.race([probe.ping(), exited.then(() => failed(directory))]);
  } catch (error) {
    process.removeListener('exit', removeWithProcess);
    removeWithProcess();
    throw error;
  } finally {
    probe.disconnect();
  }
  return {
    url,
    port,
    pid: pidOf(child),
    stop: async () => {
      process.removeListener('exit', removeWithProcess);
      child.ref();
      child.kill('SIGKILL');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

let shared: Promise<string> | undefined;

/** URL of the server that tests of this process share: `TOLLGATE_TEST_REDIS_URL`, else a private one that ends with the process. */
export function testRedis(): Promise<string> {
  const given = process.env['TOLLGATE_TEST_REDIS_URL'];
  shared ??= given === undefined || given === '' ? startRedis().then(({ url }) => url) : Promise.resolve(given);
  return shared;
}

/** A key prefix that no other test has. */
export const randomPrefix = (): string => `t${randomBytes(6).toString('hex')}`;

/** Deletes every key under the prefix and throws where one is left, which means that something still writes there. */
export async function cleanPrefix(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url);
  try {
    const keys = await redis.keys(`${prefix}:*`);
    if (keys.length > 0) await redis.del(...keys);
    const left = await redis.keys(`${prefix}:*`);
    if (left.length > 0) throw new Error(`still written to after the test: ${left.join(', ')}`);
  } finally {
    redis.disconnect();
  }
}

async function failed(directory: string): Promise<never> {
  throw new Error(`redis-server ended at once: ${await readFile(join(directory, 'redis.log'), 'utf8')}`);
}

/** Nothing listens there just now. */
export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('a running process has a pid');
  return child.pid;
}

/** Redis or Valkey, the first on PATH. */
function serverBinary(): string {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = ['redis-server', 'valkey-server'].flatMap((name) => directories.map((path) => join(path, name)));
  const found = candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error('neither redis-server nor valkey-server is on PATH');
  return found;
}
