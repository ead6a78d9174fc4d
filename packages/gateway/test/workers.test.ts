import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { startRedis, type PrivateRedis } from '@tollgate/testkit';
import { chatAt, createKeyAt, metricAt } from './support/chat.ts';
import { admin, startNodeProcess, type NodeProcess } from './support/node-process.ts';
import { simulatorConfig } from './support/simulator-config.ts';

let simulator: ProviderSimulator;
let redis: PrivateRedis;
let node: NodeProcess;
let journalDirectory: string;
let key: string;

before(async () => {
  [simulator, redis] = await Promise.all([startProviderSimulator({ port: 0 }), startRedis()]);
  journalDirectory = mkdtempSync(join(tmpdir(), 'tollgate-journal-'));
  node = await startNodeProcess({
    config: simulatorConfig(simulator.url),
    redisUrl: redis.url,
    variables: { TOLLGATE_WORKERS: '2', TOLLGATE_JOURNAL_DIR: journalDirectory },
  });
  await until(() => listening().length === 2);
  await admin(node, 'POST /tenants', { name: 'acme', tier: 'pro' });
  key = await createKeyAt(node, 'acme', { name: 'first' });
});

after(async () => {
  await node.stop();
  await redis.stop();
  await simulator.stop();
  rmSync(journalDirectory, { recursive: true, force: true });
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(20);
}

const listening = (): string[] => node.printed().match(/"msg":"listening"/g) ?? [];

const answered =
  'tollgate_requests_total{endpoint="chat_completions",model="sim-openai",provider="openai",outcome="completed",code="none"}';

/** Connections are handed out in turn, and fetch opens one for each call that is under way. */
async function callAtOnce(calls: number): Promise<void> {
  const answers = await Promise.all(
    Array.from({ length: calls }, async () => {
      const response = await chatAt(node, key, { content: '[[pace:first_content_ms=100]]' });
      await response.text();
      return response.status;
    }),
  );
  assert.deepEqual(new Set(answers), new Set([200]));
}

describe('a node of two workers', () => {
  it('answers on one port, with a journal for each, and tells metrics that are added up', async () => {
    await callAtOnce(6);
    assert.equal(readdirSync(journalDirectory).filter((name) => !name.includes('.')).length, 2);
    await until(async () => (await metricAt(node, answered)) === 6);
    assert.equal(await metricAt(node, 'tollgate_inflight_requests'), 0);
    assert.equal(await metricAt(node, 'tollgate_degraded{reason="journal_off"}'), 0);
  });

  it('replaces a worker that died', async () => {
    const [worker] = execFileSync('pgrep', ['-P', String(node.pid)], { encoding: 'utf8' }).split('\n');
    process.kill(Number(worker), 'SIGKILL');
    await node.untilPrinted('another starts in');
    await until(() => listening().length === 3);
    await callAtOnce(4);
  });

  it('drains all of them at SIGTERM', async () => {
    const streams = await Promise.all(
      [1, 2, 3].map(() => chatAt(node, key, { stream: true, content: '[[words:20]] [[pace:between_events_ms=20]]' })),
    );
    node.signal('SIGTERM');
    const texts = await Promise.all(streams.map((stream) => stream.text()));
    for (const text of texts) assert.match(text, /data: \[DONE\]\n\n$/);
    assert.equal(await node.exited, 0);
  });
});
