import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { nanoFromUsd, type AdmitScope } from '@tollgate/core';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type KeyOptions, type TestGateway } from './support/test-gateway.ts';
import type { LogLine } from './support/log-tail.ts';

let simulator: ProviderSimulator;
let gateway: TestGateway;

before(async () => {
  simulator = await startProviderSimulator({ port: 0 });
});

beforeEach(() => {
  simulator.clearLedger();
  simulator.pace({ first_content_ms: 0, between_events_ms: 0, tokens_per_event: 2, bytes_per_write: 0 });
});

afterEach(() => gateway.stop());

after(() => simulator.stop());

const config = (onDisconnect: 'abort' | 'drain'): string =>
  simulatorConfig(simulator.url).replaceAll('api_key:', `on_disconnect: ${onDisconnect}, api_key:`);

const body = (model: string, extra: object) => ({
  model,
  messages: [{ role: 'user', content: '[[words:12]]' }],
  max_tokens: 100,
  ...extra,
});

const costOf = (line: LogLine): bigint => nanoFromUsd(String(line['cost_usd'])) ?? 0n;

const providerCost = (): bigint => simulator.ledger().reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n);

/** What the ledger has booked for a key, ever. */
async function booked({ shard, scopeId }: { readonly shard: string; readonly scopeId: string }): Promise<bigint> {
  const limits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrency: undefined };
  const scope: AdmitScope = { kind: 'key', id: scopeId, limits, budgets: [] };
  const [standing] = await gateway.store.admission.standings(shard, [scope]);
  return standing?.spentNanoUsd ?? 0n;
}

const budgets: KeyOptions['budgets'] = [{ capNanoUsd: 1_000_000_000n, per: 'total', hard: true }];

/** Reads so many pieces of the answer and leaves; tells whether there were as many. */
async function leaveAfter(pieces: number, { model, key }: { model: string; key: string }): Promise<boolean> {
  const leaving = new AbortController();
  const response = await gateway.chat(body(model, { stream: true }), { key, signal: leaving.signal });
  const reader = response.body?.getReader();
  assert.ok(reader);
  for (let read = 0; read < pieces; read += 1) {
    if ((await reader.read()).done) return false;
  }
  leaving.abort();
  await reader.closed.catch(() => undefined);
  return true;
}

for (const model of ['sim-openai', 'sim-anthropic', 'sim-openrouter']) {
  describe(`a client of ${model} that leaves`, () => {
    it('a stream after any piece of it is charged once, as an estimate or what the provider says', async () => {
      gateway = await startTestGateway({ config: config('abort') });
      simulator.pace({ between_events_ms: 3, tokens_per_event: 1 });
      const { key, record } = await gateway.createKey({ budgets });
      let charged = 0n;
      let aborted = 0;
      for (let pieces = 0, left = true; left; pieces += 1) {
        simulator.clearLedger();
        left = await leaveAfter(pieces, { model, key });
        const line = await gateway.requestLine();
        await simulator.waitForCalls(1);
        assert.ok(costOf(line) > 0n, `free after ${pieces} pieces`);
        assert.equal(simulator.ledger().length, 1);
        if (line['estimated'] === false) assert.equal(costOf(line), providerCost());
        if (line['outcome'] === 'aborted') aborted += 1;
        charged += costOf(line);
      }
      assert.ok(aborted > 5);
      assert.equal(await booked(record), charged);
    });

    it('a stream that is drained is charged to the nano-USD what the provider says', async () => {
      gateway = await startTestGateway({ config: config('drain') });
      simulator.pace({ between_events_ms: 3, tokens_per_event: 1 });
      const { key, record } = await gateway.createKey({ budgets });
      let charged = 0n;
      for (let pieces = 1, left = true; left; pieces += 1) {
        simulator.clearLedger();
        left = await leaveAfter(pieces, { model, key });
        const line = await gateway.requestLine();
        await simulator.waitForCalls(1);
        assert.deepEqual([line['estimated'], costOf(line)], [false, providerCost()], `after ${pieces} pieces`);
        charged += costOf(line);
      }
      assert.equal(await booked(record), charged);
    });

    it('an answer that is not streamed, at any moment after the provider was asked, is charged once', async () => {
      gateway = await startTestGateway({ config: config('abort') });
      simulator.pace({ first_content_ms: 20, bytes_per_write: 50 });
      const { key, record } = await gateway.createKey({ budgets });
      let charged = 0n;
      for (let ms = 0; ms <= 30; ms += 2) {
        simulator.clearLedger();
        const leaving = new AbortController();
        const answer = gateway
          .chat(body(model, {}), { key, signal: leaving.signal })
          .then((response) => response.text());
        await simulator.waitForCallsBegun(1);
        await wait(ms);
        leaving.abort();
        await answer.catch(() => undefined);
        const line = await gateway.requestLine();
        await simulator.waitForCalls(1);
        assert.ok(costOf(line) > 0n, `free after ${ms} ms`);
        if (line['estimated'] === false) {
          assert.equal(costOf(line), providerCost());
        }
        charged += costOf(line);
      }
      assert.equal(await booked(record), charged);
    });
  });
}

describe('drains', () => {
  it('are bounded: the client that leaves beyond the bound has its answer ended and estimated', async () => {
    gateway = await startTestGateway({ config: config('drain'), mostDrains: 2 });
    simulator.pace({ between_events_ms: 100, tokens_per_event: 8 });
    const { key } = await gateway.createKey();
    for (let leaving = 1; leaving <= 3; leaving += 1) await leaveAfter(1, { model: 'sim-openai', key });
    const lines = [await gateway.requestLine(), await gateway.requestLine(), await gateway.requestLine()];
    assert.deepEqual(
      lines.map((line) => line['estimated']),
      [true, false, false],
    );
    assert.ok(lines.every((line) => line['outcome'] === 'aborted'));
    await leaveAfter(1, { model: 'sim-openai', key });
    assert.equal((await gateway.requestLine())['estimated'], false, 'what was taken was given back');
    // The last client stays: one that only left would keep an unused connection open, and the node waiting.
    assert.equal(await leaveAfter(100, { model: 'sim-openai', key }), false);
  });
});
