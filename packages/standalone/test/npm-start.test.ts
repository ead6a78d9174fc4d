import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { askRedis } from '../src/private-redis/ask-redis.ts';

const main = join(import.meta.dirname, '../src/main.ts');
const config = join(import.meta.dirname, '../../../config.yaml');

interface Running {
  readonly process: ChildProcess;
  /** What it printed until it was ready. */
  readonly printed: string;
  /** The commands that it offers for pasting. */
  readonly commands: readonly string[];
  readonly key: string;
}

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tollgate-start-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts it in the folder on free ports, with nothing set but what is given, and waits until it is ready. */
async function start(t: TestContext, folder: string, variables: Record<string, string> = {}): Promise<Running> {
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: '0', TOLLGATE_OPERATOR_PORT: '0', TOLLGATE_CONFIG: config, ...variables },
  });
  t.after(() => stop(child));
  let printed = '';
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      printed += String(text);
      if (printed.includes('"stream":true')) ready.resolve();
    });
  }
  child.once('close', () => ready.reject(new Error(`it ended before it was ready: ${printed}`)));
  await ready.promise;
  const commands = [...printed.matchAll(/^ {2}curl (?:.*\\\n)*.*$/gm)].map(([command]) => command);
  return { process: child, printed, commands, key: /tg_live_\w+/.exec(printed)?.[0] ?? '' };
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  return child.exitCode;
}

const standIn = join(import.meta.dirname, 'support/curl.ts');

/** Runs a printed command in a shell, as a person would; Node and npm are all that the machine has to have. */
async function paste(command = ''): Promise<string> {
  const withoutCurl = `command -v curl >/dev/null || curl() { '${process.execPath}' '${standIn}' "$@"; }`;
  return (await promisify(execFile)('sh', ['-c', `${withoutCurl}\n${command}`])).stdout;
}

test('with nothing set both printed commands are answered, and SIGTERM ends all that was started', async (t) => {
  const folder = await emptyFolder(t);
  const running = await start(t, folder);
  const [plain, streamed] = running.commands;
  assert.match(JSON.parse(await paste(plain)).choices[0].message.content, /Say hello to Tollgate/);
  assert.match(await paste(streamed), /^data: \{[^]*data: \[DONE\]\n\n$/m);
  assert.equal(await stop(running.process), 0);
  assert.equal(await askRedis(join(folder, '.tollgate/redis/redis.sock'), 'PING'), undefined);
});

test('after a kill -9 the next start has the same key and knows what it used', async (t) => {
  const folder = await emptyFolder(t);
  // What a busy machine keeps waiting would be refused, and use nothing.
  const first = await start(t, folder, { TOLLGATE_REDIS_TIMEOUT_MS: '10000' });
  assert.match(JSON.parse(await paste(first.commands[0])).choices[0].message.content, /hello/);
  first.process.kill('SIGKILL');
  await once(first.process, 'exit');
  const second = await start(t, folder);
  assert.equal(second.key, first.key);
  const keyPage = await paste(second.commands[0]?.replace('/chat/completions', '/key').replace(/ \\\n +-d [^]*/, ''));
  assert.match(keyPage, /"requests_per_minute":\{"limit":600,"remaining":599/);
});

test('without a redis-server on PATH it says that state is in memory, and answers', async (t) => {
  const folder = await emptyFolder(t);
  const running = await start(t, folder, { PATH: dirname(process.execPath) });
  assert.match(
    running.printed,
    /state {6}in memory, for this one process and gone at its exit \(no redis-server is on PATH\)/,
  );
  assert.match(JSON.parse(await paste(running.commands[0])).choices[0].message.content, /hello/);
  const { rows } = await usageOf(folder, running);
  assert.deepEqual([rows[0]?.['tenant'], rows[0]?.['requests']], ['demo', 1]);
  assert.match(String(rows[0]?.['cost_usd']), /^0\.0*[1-9]/);
});

type UsageRows = { readonly rows: readonly Readonly<Record<string, unknown>>[] };

/** The usage report, once the call is in it. */
async function usageOf(folder: string, { printed }: Running): Promise<UsageRows> {
  const [address = ''] = /http:\S+(?=\/metrics)/.exec(printed) ?? [];
  const token = await readFile(join(folder, '.tollgate', 'admin-token'), 'utf8');
  for (;;) {
    const answer = await fetch(`${address}/admin/v1/usage?by=tenant`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const report = (await answer.json()) as UsageRows;
    if (!answer.ok || report.rows.length > 0) return report;
    await delay(50);
  }
}

test('nothing that it prints after the start has the key or a secret', async (t) => {
  const folder = await emptyFolder(t);
  const running = await start(t, folder);
  let later = '';
  running.process.stdout?.on('data', (text) => (later += String(text)));
  await paste(running.commands[0]);
  await stop(running.process);
  const secrets = await Promise.all(
    ['demo-key', 'admin-token', 'key-peppers'].map((name) => readFile(join(folder, '.tollgate', name), 'utf8')),
  );
  assert.match(later, /"outcome":"completed"/);
  for (const secret of secrets) assert.equal(later.includes(secret.replace(/^v1:/, '')), false);
});
