import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { startRedis, type PrivateRedis } from '@tollgate/testkit';
import { admin, startNodeProcess, type NodeProcess } from './support/node-process.ts';
import { simulatorConfig } from './support/simulator-config.ts';

/** Calls of a kind between two looks at what is alive. */
const calls = 50;
const callsToWarm = 40;
/** Less than the least that anything of a call takes; what timers and sockets of the node hold besides comes and goes. */
const noiseBytes = calls * 128;

let simulator: ProviderSimulator;
let redis: PrivateRedis;
let node: NodeProcess;
let keys: Readonly<Record<'wide' | 'narrow' | 'unknown', string>>;
let looks = 0;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

before(async () => {
  [simulator, redis] = await Promise.all([startProviderSimulator({ port: 0 }), startRedis()]);
  node = await startNodeProcess({
    config: simulatorConfig(simulator.url, {
      routing: '{ retry: { attempts: 1, base_ms: 1 }, breaker: { failures: 1000000, window_ms: 1000, open_ms: 1000 } }',
      server: '{ failed_authentications: { per_minute: 1000000 } }',
      tags: '{ allowed: [team] }',
      // Whoever else keeps this machine busy is not to turn a call away; and what is over waits for no time limit.
      redis: '{ timeout_ms: 10000 }',
    }),
    redisUrl: redis.url,
    variables: { NODE_OPTIONS: `--import=${new URL('support/tell-held.ts', import.meta.url).href}` },
  });
  await admin(node, 'POST /tenants', { name: 'acme', tier: 'pro' });
  const keyOf = async (fields: object): Promise<string> =>
    String((await admin(node, 'POST /tenants/acme/keys', { tier: 'pro', ...fields }))['key']);
  const wide = await keyOf({ name: 'wide', budgets: ['1000/month'] });
  const narrow = await keyOf({ name: 'narrow', requests_per_minute: 1 });
  keys = { wide, narrow, unknown: `${wide.slice(0, -1)}${wide.endsWith('a') ? 'b' : 'a'}` };
});

after(async () => {
  agent.destroy();
  await node.stop();
  await redis.stop();
  await simulator.stop();
});

interface Asked {
  readonly path?: string;
  readonly key?: keyof typeof keys;
  readonly model?: string;
  readonly prompt?: string;
  readonly fields?: object;
  readonly leaves?: boolean;
  readonly status?: number;
}

interface Ended {
  readonly status: number;
  readonly requestId: string;
}

/** Resolves once the answer is over, for the client. */
async function call({ path = 'chat/completions', key = 'wide', leaves = false, ...asks }: Asked): Promise<Ended> {
  const { model = 'sim-openai', prompt = 'hello', fields = {} } = asks;
  const sent = request(`${node.url}/v1/${path}`, {
    method: 'POST',
    agent,
    headers: { authorization: `Bearer ${keys[key]}`, 'content-type': 'application/json', 'x-tollgate-tags': 'team=a' },
  });
  sent.end(JSON.stringify({ model, max_tokens: 50, messages: [{ role: 'user', content: prompt }], ...fields }));
  const [answer]: [IncomingMessage] = (await once(sent, 'response')) as [IncomingMessage];
  answer.on('error', () => undefined);
  sent.on('error', () => undefined);
  if (leaves) answer.once('data', () => sent.destroy());
  else answer.resume();
  await new Promise((resolve) => answer.once('close', resolve));
  return { status: answer.statusCode ?? 0, requestId: String(answer.headers['x-request-id']) };
}

/** One after the other, so that there are as many connections as before. Resolves once the last is in the log. */
async function callMany(times: number, kinds: readonly Asked[]): Promise<void> {
  let requestId = '';
  for (let made = 0; made < times; made += 1) {
    const asked = kinds[made % kinds.length] ?? {};
    const ended = await call(asked);
    assert.equal(ended.status, asked.status ?? 200);
    requestId = ended.requestId;
  }
  await node.untilPrinted(requestId);
}

/** Bytes that are alive in the node. */
async function heldBytes(): Promise<number> {
  looks += 1;
  const line = new RegExp(`look ${looks}: (\\d+) bytes are held`);
  node.signal('SIGUSR2');
  await node.untilPrinted(`look ${looks}: `);
  for (;;) {
    const [, bytes] = line.exec(node.printed()) ?? [];
    if (bytes !== undefined) return Number(bytes);
    await node.untilPrinted('bytes are held');
  }
}

const stream = { stream: true };
const kinds: Readonly<Record<string, readonly Asked[]>> = {
  'whole answers': [{}, { model: 'sim-fallback', prompt: '[[fault:503 provider=openrouter]]' }],
  streams: [{ fields: stream }, { path: 'messages', fields: stream }],
  'streams that clients leave, or providers break off': [
    { fields: stream, prompt: '[[fault:stall]]', leaves: true },
    { fields: stream, prompt: '[[fault:cut_mid_event]]' },
  ],
  refusals: [
    { key: 'unknown', status: 401 },
    { key: 'narrow', status: 429 },
    { fields: { messages: 7 }, status: 400 },
  ],
};

/** A leak grows with the calls each time; what was only made once more, or grew by doubling, does not. */
async function leastGrowthBytes(asked: readonly Asked[]): Promise<number> {
  const growths: number[] = [];
  let heldBefore = await heldBytes();
  while (growths.length < 3 && growths.every((bytes) => bytes > noiseBytes)) {
    await callMany(calls, asked);
    const heldAfter = await heldBytes();
    growths.push(heldAfter - heldBefore);
    heldBefore = heldAfter;
  }
  return Math.min(...growths);
}

describe('a node that is warm holds nothing more after another fifty', () => {
  before(async () => {
    // The only call that the narrow key may make.
    await call({ key: 'narrow' });
    for (const asked of Object.values(kinds)) await callMany(callsToWarm, asked);
  });

  for (const [kind, asked] of Object.entries(kinds)) {
    it(kind, async () => {
      const growthBytes = await leastGrowthBytes(asked);
      assert.ok(growthBytes <= noiseBytes, `${growthBytes / calls} bytes are kept of each`);
    });
  }
});
