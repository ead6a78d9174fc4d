import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { askRedis, startRedis, type PrivateRedis } from '@tollgate/testkit';
import { chatAt, createKeyAt, metricAt, outcomeOf } from './support/chat.ts';
import { readLedger, type LedgerReader } from './support/ledger-reader.ts';
import { admin, startNodeProcess, type NodeProcess } from './support/node-process.ts';
import { simulatorConfig } from './support/simulator-config.ts';

let simulator: ProviderSimulator;
let redis: PrivateRedis;
let directory: string;
let nodes: NodeProcess[];
const ledger = (): LedgerReader => readLedger(redis.url, 'acme');

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tollgate-faults-'));
  nodes = [];
  simulator = await startProviderSimulator({ port: 0 });
});

afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await redis.stop();
  await simulator.stop();
  rmSync(directory, { recursive: true, force: true });
});

const redisAt = (port?: number, ...args: readonly string[]): Promise<PrivateRedis> =>
  startRedis({ args: ['--dir', directory, ...args], ...(port === undefined ? {} : { port }) });

async function startNode(redisConfig = '{ timeout_ms: 200 }'): Promise<NodeProcess> {
  const node = await startNodeProcess({
    config: simulatorConfig(simulator.url, { redis: redisConfig }),
    redisUrl: redis.url,
    variables: { TOLLGATE_JOURNAL_DIR: join(directory, 'journal') },
  });
  nodes.push(node);
  return node;
}

const createTenant = (node: NodeProcess): Promise<unknown> =>
  admin(node, 'POST /tenants', { name: 'acme', tier: 'pro' });

const isAway = (node: NodeProcess): Promise<number> => metricAt(node, 'tollgate_degraded{reason="store_unavailable"}');

async function untilServed(node: NodeProcess): Promise<void> {
  await ledger().until(async () => (await isAway(node)) === 0);
}

describe('Redis that is killed', () => {
  it('and restarts from its append-only file: calls in flight go on, and all is settled once', async () => {
    const persistent = ['--appendonly', 'yes', '--appendfsync', 'always'];
    redis = await redisAt(undefined, ...persistent);
    const node = await startNode();
    await createTenant(node);
    const key = await createKeyAt(node, 'acme', { name: 'first' });
    assert.equal(await outcomeOf(chatAt(node, key)), '200 ok');
    const stream = await chatAt(node, key, { stream: true, content: '[[words:40]] [[pace:between_events_ms=50]]' });
    process.kill(redis.pid, 'SIGKILL');
    const text = await stream.text();
    assert.ok(text.endsWith('data: [DONE]\n\n'));
    assert.equal(await metricAt(node, 'tollgate_journal_entries'), 1);
    redis = await redisAt(redis.port, ...persistent);
    await ledger().until(async () => (await ledger().events()).length === 2);
    assert.equal(await metricAt(node, 'tollgate_journal_entries'), 0);
    const provider = simulator.ledger().reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n);
    assert.equal(await ledger().spentNanoUsd(), provider);
    assert.deepEqual(await ledger().held(), []);
  });

  it('and comes back without its last settlements: exactly those are sent again, and hard budgets wait', async () => {
    redis = await redisAt();
    const node = await startNode();
    await createTenant(node);
    const key = await createKeyAt(node, 'acme', { name: 'first' });
    const budgeted = await createKeyAt(node, 'acme', { name: 'budgeted', budgets: ['100/day'] });
    for (const caller of [key, budgeted])
      assert.equal(await outcomeOf(chatAt(node, caller, { max_tokens: 9 })), '200 ok');
    await ledger().until(async () => (await ledger().events()).length === 2);
    await askRedis(redis.url, 'SAVE');
    for (const caller of [key, budgeted, key]) {
      assert.equal(await outcomeOf(chatAt(node, caller, { max_tokens: 9 })), '200 ok');
    }
    await ledger().until(async () => (await ledger().events()).length === 5);
    const spent = await ledger().spentNanoUsd();
    process.kill(redis.pid, 'SIGKILL');
    redis = await redisAt(redis.port);
    await ledger().until(async () => (await ledger().events()).length === 5);
    assert.equal(await ledger().spentNanoUsd(), spent);
    await untilServed(node);
    assert.equal(await outcomeOf(chatAt(node, budgeted, { max_tokens: 9 })), '503 ledger_recovering');
    assert.equal(await outcomeOf(chatAt(node, key)), '200 ok');
    assert.match(node.printed(), /Redis lost settlements.*"settlements":3/);
  });
});

describe('Redis that stands still', () => {
  it('leaves each node its share of the limits and closes hard budgets, and nothing has to be restarted', async () => {
    redis = await redisAt();
    const pair = [await startNode(), await startNode()] as const;
    const [node, other] = pair;
    await createTenant(node);
    const limited = await createKeyAt(node, 'acme', { name: 'limited', requests_per_minute: 20 });
    const budgeted = await createKeyAt(node, 'acme', { name: 'budgeted', budgets: ['100/day'] });
    for (const one of pair) {
      assert.equal(await outcomeOf(chatAt(one, limited)), '200 ok');
      assert.equal(await outcomeOf(chatAt(one, budgeted, { max_tokens: 9 })), '200 ok');
    }
    await ledger().until(async () => (await ledger().events()).length === 4);
    // The first node hears of the second one when it next counts.
    await node.untilPrinted('"nodes":2');
    process.kill(redis.pid, 'SIGSTOP');
    const outcomes: string[] = [];
    for (let calls = 0; calls < 24; calls += 1)
      outcomes.push(await outcomeOf(chatAt(pair[calls % 2] ?? node, limited)));
    assert.equal(outcomes.filter((outcome) => outcome === '200 ok').length, 18);
    assert.equal(outcomes.filter((outcome) => outcome === '429 rate_limit_exceeded').length, 6);
    assert.equal(await outcomeOf(chatAt(node, budgeted, { max_tokens: 9 })), '503 store_unavailable');
    assert.equal(await isAway(node), 1);
    assert.equal((await fetch(`${node.operatorUrl}/readyz`)).status, 200);
    process.kill(redis.pid, 'SIGCONT');
    await Promise.all([untilServed(node), untilServed(other)]);
    await ledger().until(async () => (await ledger().events()).length === 22);
    assert.equal(await outcomeOf(chatAt(node, budgeted, { max_tokens: 9 })), '200 ok');
    await ledger().until(async () => (await outcomeOf(chatAt(node, limited))) === '429 rate_limit_exceeded');
    assert.equal(node.printed().split('the store does not serve as it should').length, 2);
  });

  for (const [policy, expected] of [
    ['fail_closed', '503 store_unavailable'],
    ['fail_open', '200 ok'],
  ] as const) {
    it(`answers ${expected} beyond every limit with on_unavailable: ${policy}`, async () => {
      redis = await redisAt();
      const node = await startNode(`{ timeout_ms: 200, on_unavailable: ${policy} }`);
      await createTenant(node);
      const key = await createKeyAt(node, 'acme', { name: 'first', requests_per_minute: 2 });
      assert.equal(await outcomeOf(chatAt(node, key)), '200 ok');
      process.kill(redis.pid, 'SIGSTOP');
      for (let calls = 0; calls < 4; calls += 1) assert.equal(await outcomeOf(chatAt(node, key)), expected);
      assert.equal((await fetch(`${node.operatorUrl}/readyz`)).status, policy === 'fail_closed' ? 503 : 200);
      process.kill(redis.pid, 'SIGCONT');
    });
  }
});

describe('Redis at its memory limit', () => {
  it('admits nothing, takes settlements, and is used again once there is room', async () => {
    redis = await redisAt();
    const node = await startNode();
    await createTenant(node);
    const key = await createKeyAt(node, 'acme', { name: 'first' });
    const stream = await chatAt(node, key, { stream: true, content: '[[words:20]] [[pace:between_events_ms=20]]' });
    await askRedis(redis.url, 'CONFIG', 'SET', 'maxmemory', '1mb');
    assert.equal(await outcomeOf(chatAt(node, key)), '503 store_unavailable');
    await stream.text();
    await ledger().until(async () => (await ledger().events()).length === 1);
    assert.equal(await metricAt(node, 'tollgate_degraded{reason="store_full"}'), 1);
    await askRedis(redis.url, 'CONFIG', 'SET', 'maxmemory', '0');
    assert.equal(await outcomeOf(chatAt(node, key)), '200 ok');
    assert.equal(await metricAt(node, 'tollgate_degraded{reason="store_full"}'), 0);
  });
});
