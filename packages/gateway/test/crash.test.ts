import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { Secret, systemClock } from '@tollgate/core';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { createRedisStore } from '@tollgate/store';
import { askRedis, startFaultProxy, startRedis, type FaultProxy, type PrivateRedis } from '@tollgate/testkit';
import { chatAt, createKeyAt, metricAt } from './support/chat.ts';
import { readLedger, type LedgerReader } from './support/ledger-reader.ts';
import { admin, startNodeProcess, type NodeProcess } from './support/node-process.ts';
import { simulatorConfig } from './support/simulator-config.ts';

let simulator: ProviderSimulator;
let redis: PrivateRedis;
let proxy: FaultProxy;
let journalDirectory: string;
let nodes: NodeProcess[];
let ledger: LedgerReader;
let key: string;
let tenants = 0;

before(async () => {
  [simulator, redis] = await Promise.all([startProviderSimulator({ port: 0 }), startRedis()]);
});

after(async () => {
  await redis.stop();
  await simulator.stop();
});

beforeEach(async () => {
  proxy = await startFaultProxy(redis.port);
  journalDirectory = mkdtempSync(join(tmpdir(), 'tollgate-journal-'));
  nodes = [];
  const node = await start();
  const tenant = `tenant-${(tenants += 1)}`;
  ledger = readLedger(redis.url, tenant);
  await admin(node, 'POST /tenants', { name: tenant, tier: 'pro' });
  key = await createKeyAt(node, tenant, { name: 'first' });
  simulator.clearLedger();
  // The first run of each script is refused and costs a trip more, which no test here is about.
  await (await chatAt(node, key)).text();
  await ledger.until(async () => (await ledger.events()).length === 1);
});

afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await proxy.stop();
  rmSync(journalDirectory, { recursive: true, force: true });
});

async function start(): Promise<NodeProcess> {
  const node = await startNodeProcess({
    config: simulatorConfig(simulator.url, { redis: '{ timeout_ms: 5000 }' }),
    redisUrl: `redis://127.0.0.1:${proxy.port}`,
    variables: { TOLLGATE_JOURNAL_DIR: journalDirectory },
  });
  nodes.push(node);
  return node;
}

const current = (): NodeProcess => {
  const node = nodes.at(-1);
  assert.ok(node);
  return node;
};

/** SIGKILL, and another process on the same disk. */
async function killAndRestart(): Promise<NodeProcess> {
  current().signal('SIGKILL');
  await current().exited;
  proxy.cut();
  proxy.release();
  return start();
}

const journalText = (): string =>
  readdirSync(journalDirectory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.settlements'))
    .map((name) => readFileSync(join(journalDirectory, name), 'utf8'))
    .join('');

const abandoned = (call: Promise<Response>): Promise<unknown> =>
  call.then(
    (response) => response.text(),
    () => undefined,
  );

/** One call is held, and when its lease runs out it is charged, marked as an estimate. */
async function assertChargedAsLost(): Promise<void> {
  const [id = '', ...others] = await ledger.held();
  assert.deepEqual(others, []);
  await askRedis(redis.url, 'HSET', ledger.keyOf(`r:${id}`), 'spared', '1');
  await askRedis(redis.url, 'ZADD', ledger.keyOf('x'), '1', id);
  await reapNow();
  const events = await ledger.events();
  assert.deepEqual(
    events.slice(1).map((event) => [event.id, event.estimated, event.error_code]),
    [[id, true, 'node_lost']],
  );
  assert.deepEqual(await ledger.held(), []);
}

/** Each call of the simulator's ledger was charged once, for what the provider says. */
async function assertChargedOnce(calls: number): Promise<void> {
  const events = await ledger.events();
  assert.equal(simulator.ledger().length, calls);
  assert.equal(events.length, calls);
  assert.ok(events.every(({ estimated }) => !estimated));
  const sum = events.reduce((total, event) => total + BigInt(event.cost_nano_usd), 0n);
  assert.equal(await ledger.spentNanoUsd(), sum);
  assert.deepEqual(await ledger.held(), []);
}

describe('a node that is killed and started again on the same disk', () => {
  it('before admit replied: takes the reservation back, for nothing was sent', async () => {
    proxy.holdReplies();
    const call = abandoned(chatAt(current(), key));
    await ledger.until(async () => (await ledger.held()).length === 1);
    await killAndRestart();
    await call;
    await ledger.until(async () => (await ledger.held()).length === 0);
    await assertChargedOnce(1);
  });

  it('mid-stream: leaves the reservation, which is charged once and as an estimate when its lease runs out', async () => {
    const stream = await chatAt(current(), key, {
      stream: true,
      content: '[[words:500]] [[pace:between_events_ms=50]]',
    });
    await stream.body?.getReader().read();
    await killAndRestart();
    await ledger.until(async () => (await metricAt(current(), 'tollgate_journal_entries')) === 0);
    await assertChargedAsLost();
  });

  it('mid-stream of a call that it admitted alone, for Redis was away: that is charged as an estimate too', async () => {
    proxy.lead(1);
    proxy.cut();
    const isAway = () => metricAt(current(), 'tollgate_degraded{reason="store_unavailable"}');
    await ledger.until(async () => (await isAway()) === 1);
    const stream = await chatAt(current(), key, {
      stream: true,
      content: '[[words:500]] [[pace:between_events_ms=50]]',
    });
    await stream.body?.getReader().read();
    proxy.lead(redis.port);
    await killAndRestart();
    await ledger.until(async () => (await ledger.held()).length === 1);
    await assertChargedAsLost();
  });

  it('between journal and settle: sends the settlement that waits', async () => {
    const call = chatAt(current(), key, { content: '[[pace:first_content_ms=400]]' });
    await simulator.waitForCallsBegun(2);
    proxy.holdRequests();
    assert.equal((await call).status, 200);
    await ledger.until(async () => / S \d\d 2 /.test(journalText()));
    assert.equal((await ledger.events()).length, 1);
    await killAndRestart();
    await ledger.until(async () => (await ledger.events()).length === 2);
    await assertChargedOnce(2);
  });

  it('after a settlement whose reply never came: sends it again, and it is not applied again', async () => {
    proxy.holdRepliesFrom('"outcome":"completed"');
    assert.equal((await chatAt(current(), key)).status, 200);
    await ledger.until(async () => (await ledger.events()).length === 2);
    const heir = await killAndRestart();
    const duplicates = () => metricAt(heir, 'tollgate_settlements_total{result="duplicate"}');
    await ledger.until(async () => (await duplicates()) >= 1);
    await assertChargedOnce(2);
  });
});

describe('a node that lives', () => {
  it('sends a settlement again whose reply the network lost, and it is not applied again', async () => {
    proxy.holdRepliesFrom('"outcome":"completed"');
    assert.equal((await chatAt(current(), key)).status, 200);
    await ledger.until(async () => (await ledger.events()).length === 2);
    proxy.cut();
    proxy.release();
    const duplicates = () => metricAt(current(), 'tollgate_settlements_total{result="duplicate"}');
    await ledger.until(async () => (await duplicates()) >= 1);
    await assertChargedOnce(2);
  });
});

/** As a tick of any node would, when the lease has run out. */
async function reapNow(): Promise<void> {
  const connection = { kind: 'single', url: new Secret(redis.url) } as const;
  const store = createRedisStore({ connection, keyPrefix: 'tg', timeoutMs: 5000, clock: systemClock });
  await store.whenReady(5000);
  const shard = ledger.keyOf('').slice('tg:{s'.length, 'tg:{s'.length + 2);
  await store.admission.reap(shard, 10);
  await store.close();
}
