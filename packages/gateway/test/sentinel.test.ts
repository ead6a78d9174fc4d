import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { startSentinelGroup, until, type SentinelGroup } from '@tollgate/testkit';
import { chatAt, createKeyAt, outcomeOf } from './support/chat.ts';
import { readLedger } from './support/ledger-reader.ts';
import { admin, startNodeProcess, type NodeProcess } from './support/node-process.ts';
import { simulatorConfig } from './support/simulator-config.ts';

let simulator: ProviderSimulator;
let group: SentinelGroup;
let directory: string;
let nodes: readonly NodeProcess[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tollgate-sentinel-test-'));
  simulator = await startProviderSimulator({ port: 0 });
  group = await startSentinelGroup();
});

afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await group.stop();
  await simulator.stop();
  rmSync(directory, { recursive: true, force: true });
});

function startNode(durability: 'primary' | 'replica'): Promise<NodeProcess> {
  const sentinels = group.sentinels.map(({ port }) => `"127.0.0.1:${port}"`).join(', ');
  const redis = `{ timeout_ms: 1500, durability: ${durability}, sentinel: { name: main, nodes: [${sentinels}] } }`;
  return startNodeProcess({
    config: simulatorConfig(simulator.url, { redis }),
    redisUrl: '',
    variables: { TOLLGATE_JOURNAL_DIR: join(directory, 'journal') },
  });
}

describe('a primary that hangs under load', () => {
  it('is replaced by Sentinel, and nodes go on with the new one: limits exact, nothing lost, nothing charged twice', async () => {
    nodes = [await startNode('primary'), await startNode('primary')];
    const [node, other] = nodes;
    assert.ok(node !== undefined && other !== undefined);
    await admin(node, 'POST /tenants', { name: 'acme', tier: 'pro' });
    const key = await createKeyAt(node, 'acme', { name: 'first' });
    const budgeted = await createKeyAt(node, 'acme', { name: 'budgeted', budgets: ['100/day'] });
    const outcomes: string[] = [];
    let loading = true;
    const load = [node, other].flatMap((one) =>
      [key, budgeted].map(async (caller) => {
        while (loading) outcomes.push(await outcomeOf(chatAt(one, caller, { max_tokens: 9 })));
      }),
    );
    await until(async () => outcomes.length > 40);
    process.kill(group.primary.pid, 'SIGSTOP');
    await until(async () => (await group.primaryPort()) === group.replica.port, { withinMs: 40_000 });
    const ledger = readLedger(group.replica.url, 'acme');
    const before = (await ledger.events()).length;
    await until(async () => (await ledger.events()).length > before + 20, { withinMs: 40_000 });
    loading = false;
    await Promise.all(load);
    const answered = outcomes.filter((outcome) => outcome === '200 ok').length;
    assert.deepEqual(
      outcomes.filter((outcome) => !/^200 ok$|^503 (store_unavailable|ledger_recovering)$/.test(outcome)),
      [],
    );
    assert.equal(simulator.ledger().length, answered);
    await until(async () => (await ledger.events()).length === answered);
    const provider = simulator.ledger().reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n);
    assert.equal(await ledger.spentNanoUsd(), provider);
    assert.deepEqual(await ledger.held(), []);
    await until(async () => (await outcomeOf(chatAt(node, budgeted, { max_tokens: 9 }))) === '503 ledger_recovering');
    process.kill(group.primary.pid, 'SIGCONT');
  });
});
