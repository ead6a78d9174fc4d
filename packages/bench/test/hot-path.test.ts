import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startRedis, watchCommands, type PrivateRedis, type ScriptCounts } from '@tollgate/testkit';
import { everythingOn } from '../src/contestants/tollgate-config.ts';
import { closedLoop } from '../src/load/closed-loop.ts';
import type { Call } from '../src/load/jobs.ts';
import { OpenStreams } from '../src/load/streams.ts';
import { callBody, type CallShape } from '../src/measures/call-bodies.ts';
import { forkModule, type Child } from '../src/processes/child.ts';
import { portOf } from '../src/processes/port-of.ts';
import { startReplyGate, type ReplyGate } from './support/reply-gate.ts';

/**
 * Bytes of JavaScript heap, with everything on: what is allocated has to be cleared away, and unlike time it is the same
 * in every run, within a hundredth; what is held (buffers included) within a thirtieth. A change that needs more says why
 * in its commit, and moves the bound.
 */
const bounds = {
  bytesACall: 124_000,
  bytesALongCall: 140_000,
  bytesAFrame: 1_000,
  bytesHeldAStream: 27_500,
  bytesGrownOldACall: 12_000,
};

const source = join(import.meta.dirname, '..', 'src');

let redis: PrivateRedis;
let gate: ReplyGate;
let mock: { readonly child: Child; readonly ready: unknown };
let node: { readonly child: Child; readonly ready: unknown };
let directory: string;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tollgate-hot-path-'));
  redis = await startRedis();
  gate = await startReplyGate(redis.port);
  mock = await forkModule(join(source, 'mock', 'mock-process.ts'), []);
  const config = join(directory, 'config.yaml');
  writeFileSync(config, everythingOn(portOf(mock.ready)).replace('timeout_ms: 1000', 'timeout_ms: 60000'));
  node = await forkModule(join(source, 'contestants', 'bare-node-process.ts'), [config], {
    REDIS_URL: `redis://127.0.0.1:${gate.port}`,
    TOLLGATE_JOURNAL_DIR: join(directory, 'journal'),
  });
});

after(async () => {
  await node.child.stop();
  await mock.child.stop();
  gate.stop();
  await redis.stop();
  rmSync(directory, { recursive: true, force: true });
});

const callOf = (shape: CallShape): Call => {
  const { key } = node.ready as { key: string };
  return {
    port: portOf(node.ready),
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${key}` },
    body: callBody(shape),
    expected: 200,
  };
};

async function run(calls: number, shape: CallShape = {}, callers = 1): Promise<void> {
  const call = callOf(shape);
  const { failed } = await closedLoop({ kind: 'closed', call, callers, calls });
  assert.equal(failed, 0);
}

async function bytesBy(work: () => Promise<unknown>, kind: 'allocated' | 'held' | 'old' | 'outside'): Promise<number> {
  const read = async () => (await node.child.ask<{ bytes: number }>({ kind })).bytes;
  const beforeBytes = await read();
  await work();
  return (await read()) - beforeBytes;
}

const allocatedBy = (work: () => Promise<unknown>): Promise<number> => bytesBy(work, 'allocated');

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

test('a call waits for Redis once', { timeout: 20_000 }, async () => {
  await run(20);
  const closed = gate.closeBehind('admitted');
  const answered = run(1);
  await closed;
  // Nothing that Redis says from here on reaches the node, which would wait for it for longer than the test does.
  await answered;
  gate.open();
});

test('a call allocates no more than it did', async () => {
  const calls = 400;
  await run(600);
  const bytes = (await allocatedBy(() => run(calls))) / calls;
  assert.ok(bytes <= bounds.bytesACall, `${Math.round(bytes)} bytes a call`);
  assert.ok(bytes > bounds.bytesACall / 2, `${Math.round(bytes)} bytes a call: lower the bound`);
});

test('a long prompt that is passed on is made no text of', async () => {
  const calls = 40;
  const shape = { bytes: 300_000 };
  await run(60, shape);
  const bytes = (await allocatedBy(() => run(calls, shape))) / calls;
  assert.ok(bytes <= bounds.bytesALongCall, `${Math.round(bytes)} bytes a call`);
});

test('the bytes of a long prompt are given back with its call', async () => {
  const shape = { bytes: 300_000 };
  await run(60, shape);
  const bytes = await bytesBy(() => run(40, shape), 'outside');
  assert.ok(bytes < 300_000, `${bytes} bytes after 40 calls`);
});

test('a frame that is passed on allocates no more than it did', async () => {
  const frames = 500;
  const stream = { frames, everyMs: 0 };
  await run(40, { stream });
  const counted: number[] = [];
  // How many frames come with one read is up to the kernel: the least is what a frame needs.
  for (let times = 0; times < 8; times += 1) {
    const whole = (await allocatedBy(() => run(20, { stream }))) / 20;
    const short = (await allocatedBy(() => run(20, { stream: { frames: 10, everyMs: 0 } }))) / 20;
    counted.push((whole - short) / (frames - 10));
  }
  const bytes = Math.min(...counted);
  assert.ok(bytes <= bounds.bytesAFrame, `${Math.round(bytes)} bytes a frame`);
});

test('what a call leaves behind is young when it is cleared away', async () => {
  const calls = 600;
  // All that is there grows old, as it does in a node that has run for a while.
  await node.child.ask({ kind: 'held' });
  const bytes = (await bytesBy(() => run(calls, {}, 32), 'old')) / calls;
  assert.ok(bytes <= bounds.bytesGrownOldACall, `${Math.round(bytes)} bytes a call`);
});

for (const { prompt, bytes: promptBytes } of [
  { prompt: 'short', bytes: 200 },
  { prompt: 'long', bytes: 200_000 },
]) {
  test(`an open stream of a ${prompt} prompt holds no more than it did`, async () => {
    const streams = 300;
    const open = new OpenStreams();
    const call = callOf({ bytes: promptBytes, stream: { frames: 3000, everyMs: 100 } });
    const job = { kind: 'openStreams', call, perSecond: 2000 } as const;
    await open.open({ ...job, streams: 50 });
    const bytes = (await bytesBy(() => open.open({ ...job, streams: 50 + streams }), 'held')) / streams;
    assert.equal(open.close().open, 50 + streams);
    assert.ok(bytes <= bounds.bytesHeldAStream, `${Math.round(bytes)} bytes a stream`);
    assert.ok(bytes > bounds.bytesHeldAStream / 2, `${Math.round(bytes)} bytes a stream: lower the bound`);
  });
}
