import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { startRedis, watchCommands, type PrivateRedis } from '@tollgate/testkit';
import { admin, startNodeProcess, type NodeProcess } from './support/node-process.ts';
import { simulatorConfig } from './support/simulator-config.ts';

let simulator: ProviderSimulator;
let redis: PrivateRedis;
let nodes: readonly NodeProcess[];

before(async () => {
  [simulator, redis] = await Promise.all([startProviderSimulator({ port: 0 }), startRedis()]);
  nodes = await Promise.all([1, 2, 3].map(() => startNodeProcess({ config: patientConfig(), redisUrl: redis.url })));
  await admin(firstNode(), 'POST /tenants', { name: 'acme', tier: 'pro' });
});

after(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await redis.stop();
  await simulator.stop();
});

/** Six hundred requests at once on two busy cores are to wait for Redis, not to be turned away. */
const patientConfig = (): string => simulatorConfig(simulator.url, { redis: '{ timeout_ms: 10000 }' });

const firstNode = (): NodeProcess => nodeAt(0);

function nodeAt(index: number): NodeProcess {
  const node = nodes[index % nodes.length];
  assert.ok(node);
  return node;
}

async function createKey(options: object): Promise<{ key: string; id: string }> {
  const made = await admin(firstNode(), 'POST /tenants/acme/keys', { tier: 'pro', ...options });
  return { key: String(made['key']), id: String(made['id']) };
}

const chat = (node: NodeProcess, key: string, extra: object = {}): Promise<Response> =>
  fetch(`${node.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'sim-openai', messages: [{ role: 'user', content: 'hi' }], ...extra }),
  });

async function statusOf(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  await response.arrayBuffer();
  return response.status;
}

describe('three nodes on one Redis', () => {
  it('admit exactly 100 of 600 racing requests on a key of 100 a minute, with one script before and one after each call', async () => {
    const { key } = await createKey({ name: 'racer', requests_per_minute: 100 });
    simulator.clearLedger();
    const commands = await watchCommands(redis.url);
    const racing = Array.from({ length: 600 }, (_, index) => statusOf(chat(nodeAt(index), key)));
    const statuses = await Promise.all(racing);
    const settled = await commands.until((counts) => countsOf(counts).includes(100));
    await commands.stop();

    assert.equal(statuses.filter((status) => status === 200).length, 100);
    assert.equal(statuses.filter((status) => status === 429).length, 500);
    assert.equal(simulator.ledger().length, 100);
    const scripts = countsOf(settled);
    assert.ok(scripts.includes(600), `one admit a request: ${scripts.join(', ')}`);
    assert.ok(scripts.includes(100), `one settle a call: ${scripts.join(', ')}`);
    assert.ok(scripts.includes(3), `one identify a node: ${scripts.join(', ')}`);
  });

  it('refuse a revoked key on the very next request, whichever node took the revocation', async () => {
    const { key, id } = await createKey({ name: 'soon-revoked' });
    for (const node of nodes) assert.equal(await statusOf(chat(node, key)), 200);
    await admin(nodeAt(1), `POST /keys/${id}/revoke`);
    for (const node of nodes) assert.equal(await statusOf(chat(node, key)), 401);
  });

  it('see any other change of a key on the very next request too', async () => {
    const { key } = await createKey({ name: 'changing', models: ['sim-openai'] });
    for (const node of nodes) assert.equal(await statusOf(chat(node, key)), 200);
    await admin(nodeAt(2), 'PATCH /tenants/acme', { status: 'suspended' });
    for (const node of nodes) assert.equal(await statusOf(chat(node, key)), 401);
    await admin(nodeAt(1), 'PATCH /tenants/acme', { status: 'active' });
    for (const node of nodes) assert.equal(await statusOf(chat(node, key)), 200);
  });

  it('share concurrency, and give a slot back when a call ends', async () => {
    const { key } = await createKey({ name: 'narrow', concurrency: 2 });
    const slow = { messages: [{ role: 'user', content: '[[pace:first_content_ms=300]] hi' }] };
    const statuses = await Promise.all([0, 1, 2, 3, 4, 5].map((index) => statusOf(chat(nodeAt(index), key, slow))));
    assert.equal(statuses.filter((status) => status === 200).length, 2);
    assert.equal(statuses.filter((status) => status === 429).length, 4);
  });
});

describe('a node', () => {
  it('loads a changed config.yaml, and keeps the old one where the new one is bad', async () => {
    const node = nodeAt(2);
    const { key } = await createKey({ name: 'reloader' });
    const rename = (model: string) => patientConfig().replaceAll('sim-openai', model);
    writeFileSync(node.configPath, rename('renamed'));
    node.signal('SIGHUP');
    await node.untilPrinted('config.yaml was loaded again');
    assert.equal(await statusOf(chat(node, key, { model: 'renamed' })), 200);
    assert.equal(await statusOf(chat(node, key)), 404);
    writeFileSync(node.configPath, `${rename('other')}\nunknown_key: 1\n`);
    node.signal('SIGHUP');
    await node.untilPrinted('config.yaml was refused');
    assert.equal(await statusOf(chat(node, key, { model: 'renamed' })), 200);
  });

  it('finishes its streams when told to stop, takes no new requests, and leaves everything settled', async () => {
    const { key } = await createKey({ name: 'drained' });
    const node = await startNodeProcess({ config: simulatorConfig(simulator.url), redisUrl: redis.url });
    const content = '[[words:60]] [[pace:between_events_ms=10]]';
    const stream = await chat(node, key, { stream: true, messages: [{ role: 'user', content }] });
    node.signal('SIGTERM');
    const text = await stream.text();
    assert.ok(text.endsWith('data: [DONE]\n\n'));
    assert.equal(await node.exited, 0);
    await assert.rejects(fetch(node.url));
    await node.stop();
  });

  it('ends at once on a second signal', async () => {
    const { key } = await createKey({ name: 'impatient' });
    const node = await startNodeProcess({ config: simulatorConfig(simulator.url), redisUrl: redis.url });
    const content = '[[words:6000]] [[pace:between_events_ms=50]]';
    const stream = await chat(node, key, { stream: true, messages: [{ role: 'user', content }] });
    node.signal('SIGTERM');
    // Signals within half a second are one key press, so it is pressed until it is heard.
    const pressing = setInterval(() => node.signal('SIGINT'), 100);
    assert.equal(await node.exited, 1);
    clearInterval(pressing);
    await assert.rejects(stream.text());
    await node.stop();
  });

  it('refuses to start without what it needs, and says what to do', async () => {
    const config = simulatorConfig(simulator.url);
    const start = (variables: Record<string, string>) => startNodeProcess({ config, redisUrl: redis.url, variables });
    await assert.rejects(start({ TOLLGATE_ADMIN_TOKEN: '' }), /TOLLGATE_ADMIN_TOKEN/);
    await assert.rejects(start({ REDIS_URL: '' }), /REDIS_URL/);
    await assert.rejects(start({ REDIS_URL: 'redis://127.0.0.1:1' }), /Redis/);
  });
});

/** How often each script ran, most often first. */
const countsOf = (counts: ReadonlyMap<string, number>): readonly number[] =>
  [...counts.values()].toSorted((a, b) => b - a);
