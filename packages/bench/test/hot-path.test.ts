import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startRedis, watchCommands, type PrivateRedis, type ScriptCounts } from '@tollgate/testkit';
import { everythingOn } from '../src/contestants/tollgate-config.ts';
import { closedLoop } from '../src/load/closed-loop.ts';
import { callBody, type CallShape } from '../src/measures/call-bodies.ts';
import { forkModule, type Child } from '../src/processes/child.ts';
import { portOf } from '../src/processes/port-of.ts';

/**
 * Bytes of JavaScript heap, with everything on: what is allocated has to be cleared away, and unlike time it is the same
 * in every run, within a hundredth. A change that needs more says why in its commit, and moves the bound.
 */
const bounds = { bytesACall: 190_000, bytesAFrame: 1_000 };

const source = join(import.meta.dirname, '..', 'src');

let redis: PrivateRedis;
let mock: { readonly child: Child; readonly ready: unknown };
let node: { readonly child: Child; readonly ready: unknown };
let directory: string;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tollgate-hot-path-'));
  redis = await startRedis();
  mock = await forkModule(join(source, 'mock', 'mock-process.ts'), []);
  const config = join(directory, 'config.yaml');
  writeFileSync(config, everythingOn(portOf(mock.ready)));
  node = await forkModule(join(source, 'contestants', 'bare-node-process.ts'), [config], {
    REDIS_URL: redis.url,
    TOLLGATE_JOURNAL_DIR: join(directory, 'journal'),
  });
});

after(async () => {
  await node.child.stop();
  await mock.child.stop();
  await redis.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function run(calls: number, shape: CallShape = {}): Promise<void> {
  const { key } = node.ready as { key: string };
  const call = {
    port: portOf(node.ready),
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${key}` },
    body: callBody(shape),
    expected: 200,
  };
  const { failed } = await closedLoop({ kind: 'closed', call, callers: 1, calls });
  assert.equal(failed, 0);
}

async function allocatedBy(work: () => Promise<void>): Promise<number> {
  const read = async () => (await node.child.ask<{ allocatedBytes: number }>({})).allocatedBytes;
  const beforeBytes = await read();
  await work();
  return (await read()) - beforeBytes;
}

test('a call runs two scripts in Redis, each once', async () => {
  await run(20);
  const watch = await watchCommands(redis.url);
  const calls = 100;
  await run(calls);
  const once = (counts: ScriptCounts): number => [...counts.values()].filter((count) => count === calls).length;
  // Heartbeats and the reaper run scripts of their own, a shard each, whatever is called.
  const counts = await watch.until((sofar) => once(sofar) === 2);
  await watch.stop();
  assert.equal(once(counts), 2);
});

test('a call allocates no more than it did', async () => {
  const calls = 400;
  await run(600);
  const bytes = (await allocatedBy(() => run(calls))) / calls;
  assert.ok(bytes <= bounds.bytesACall, `${Math.round(bytes)} bytes a call`);
  assert.ok(bytes > bounds.bytesACall / 2, `${Math.round(bytes)} bytes a call: lower the bound`);
});

test('a frame that is passed on allocates no more than it did', async () => {
  const frames = 500;
  const stream = { frames, everyMs: 0 };
  await run(40, { stream });
  const whole = (await allocatedBy(() => run(20, { stream }))) / 20;
  const short = (await allocatedBy(() => run(20, { stream: { frames: 10, everyMs: 0 } }))) / 20;
  const bytes = (whole - short) / (frames - 10);
  assert.ok(bytes <= bounds.bytesAFrame, `${Math.round(bytes)} bytes a frame`);
});
