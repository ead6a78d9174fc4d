import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askRedis } from '@tollgate/testkit';
import { startNode } from '../contestants/tollgate.ts';
import { portOf } from '../processes/port-of.ts';
import { costOfCalls, type Measure } from './bench.ts';

interface RedisCounts {
  readonly scriptUs: number;
  readonly commands: number;
  readonly cpuUs: number;
}

/** What requests cost Redis, and how many of its round trips they wait for. */
export const redisCosts: Measure = {
  name: 'redis',
  run: async (running, bench) => {
    if (running.redisUrl === undefined) return {};
    const before = await countsOf(running.redisUrl);
    const { answered } = await costOfCalls(running, bench, { calls: 8000 });
    const after = await countsOf(running.redisUrl);
    const each = (count: keyof RedisCounts): number => (after[count] - before[count]) / answered;
    return {
      redisCommands: each('commands'),
      redisCpuUs: each('cpuUs'),
      redisScriptUs: each('scriptUs'),
      redisTrips: await awaitedTrips(running.redisUrl, bench),
    };
  },
};

async function countsOf(url: string): Promise<RedisCounts> {
  const stats = String(await askRedis(url, 'INFO', 'commandstats'));
  const cpu = String(await askRedis(url, 'INFO', 'cpu'));
  const lines = [...stats.matchAll(/^cmdstat_([\w|-]+):calls=(\d+),usec=(\d+)/gm)];
  // Commands that scripts run are counted too; those of clients are the scripts themselves.
  const scripts = lines.filter(([, name = '']) => /^(evalsha|eval|fcall)$/.test(name));
  const add = (index: number): number => scripts.reduce((sum, line) => sum + Number(line[index]), 0);
  const seconds = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(cpu)?.[1] ?? 0);
  return {
    commands: add(2),
    scriptUs: add(3),
    cpuUs: (seconds('used_cpu_user') + seconds('used_cpu_sys')) * 1e6,
  };
}

/** So long that what timers are late by is no part of a trip worth mentioning. */
const delayMs = 100;

/** A node whose Redis answers late answers late by as much for each round trip that a request waits for. */
async function awaitedTrips(redisUrl: string, bench: Parameters<Measure['run']>[1]): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-bench-'));
  const late = await startLateProxy(Number(new URL(redisUrl).port));
  const node = await startNode({
    mockPort: bench.mockPort,
    directory,
    redisUrl: `redis://127.0.0.1:${late.port}`,
    tenant: 'late',
  });
  const few = { calls: 25, callers: 1 };
  const { latencyMs: before } = await costOfCalls(node, { ...bench, scale: 1 }, few);
  late.delay(delayMs);
  const { latencyMs: after } = await costOfCalls(node, { ...bench, scale: 1 }, few);
  late.delay(0);
  await node.stop();
  late.stop();
  rmSync(directory, { recursive: true, force: true });
  return (after.p50 - before.p50) / delayMs;
}

/** Passes bytes on between a client and a Redis, answers as late as it is told. */
async function startLateProxy(targetPort: number) {
  let waitMs = 0;
  const server = createServer({ noDelay: true }, (client) => {
    const target = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    client.on('data', (bytes) => target.write(bytes));
    target.on('data', (bytes) => {
      if (waitMs === 0) client.write(bytes);
      else setTimeout(() => client.write(bytes), waitMs);
    });
    for (const [end, other] of [
      [client, target],
      [target, client],
    ] as const) {
      end.on('error', () => undefined).once('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server.address()),
    delay: (ms: number) => {
      waitMs = ms;
    },
    stop: () => server.close(),
  };
}
