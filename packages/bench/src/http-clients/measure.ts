/**
 * CPU time that one relayed call costs with each HTTP client: `node packages/bench/src/http-clients/measure.ts`.
 * Wall time says little on a shared machine; the relay's own CPU time says what a core can carry.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Pool } from 'undici';

const warmUpCalls = 5_000;
const measuredCalls = 20_000;
const rounds = 3;
const concurrency = 32;

const variants = [
  { client: 'undici.Pool', server: 'http' },
  { client: 'undici.Pool', server: 'express' },
  { client: 'node:http', server: 'http' },
  { client: 'got', server: 'http' },
  { client: 'fetch', server: 'http' },
] as const;

const request = JSON.stringify({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'word '.repeat(100) }],
});

/** What the child says next. */
async function heard<Message>(child: ChildProcess): Promise<Message> {
  const [message] = await once(child, 'message');
  return message;
}

async function start(file: string, args: readonly string[]): Promise<{ child: ChildProcess; origin: string }> {
  const child = fork(join(import.meta.dirname, file), args);
  const { port } = await heard<{ port: number }>(child);
  return { child, origin: `http://127.0.0.1:${port}` };
}

async function load(origin: string, calls: number): Promise<void> {
  const pool = new Pool(origin, { connections: concurrency, pipelining: 1 });
  let left = calls;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const answer = await pool.request({ path: '/v1/chat/completions', method: 'POST', body: request });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`the relay answered ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  await pool.close();
}

async function cpuMicroseconds(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const { user, system } = await heard<NodeJS.CpuUsage>(child);
  return user + system;
}

async function measure(upstream: string, variant: (typeof variants)[number]): Promise<number> {
  const { child, origin } = await start('proxy.ts', [variant.client, variant.server, upstream]);
  try {
    await load(origin, warmUpCalls);
    const before = await cpuMicroseconds(child);
    await load(origin, measuredCalls);
    return ((await cpuMicroseconds(child)) - before) / measuredCalls;
  } finally {
    child.kill();
  }
}

const upstream = await start('upstream.ts', []);
console.log(
  `Node ${process.version}: CPU of the relay a call, in µs (${rounds} rounds of ${measuredCalls} calls, best first)`,
);
for (const variant of variants) {
  const costs: number[] = [];
  for (let round = 0; round < rounds; round += 1) costs.push(await measure(upstream.origin, variant));
  const sorted = costs.toSorted((a, b) => a - b).map((cost) => cost.toFixed(0));
  console.log(`${`${variant.client} behind ${variant.server}`.padEnd(28)} ${sorted.join('  ')}`);
}
upstream.child.kill();
