import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let simulator: ProviderSimulator;
let gateway: TestGateway;

before(async () => {
  simulator = await startProviderSimulator({ port: 0 });
});

beforeEach(async () => {
  simulator.faults.disarm();
  simulator.clearLedger();
  gateway = await startTestGateway({ config: simulatorConfig(simulator.url) });
});

afterEach(() => gateway.stop());

after(() => simulator.stop());

const body = (extra: object = {}) => ({
  model: 'sim-fallback',
  messages: [{ role: 'user', content: 'hello' }],
  ...extra,
});

describe('while OpenRouter is down', () => {
  for (const [fault, why] of [
    ['503', 'answers 503'],
    ['529', 'is overloaded'],
    ['429', 'is rate limited'],
    ['reset_before_headers', 'resets connections'],
    ['html', 'answers with a web page'],
  ] as const) {
    it(`because it ${why}, answers come from the fallback`, async () => {
      simulator.faults.arm({ fault, provider: 'openrouter' });
      const response = await gateway.chat(body());
      assert.equal(response.status, 200, await response.clone().text());
      assert.equal(response.headers.get('x-tollgate-target'), 'openai/gpt-4o-mini');
      await response.text();
      const line = await gateway.requestLine();
      assert.equal(line['provider'], 'openai');
      assert.equal(line['fallbacks'], 1);
      assert.equal(line['outcome'], 'completed');
    });
  }

  it('streams fall back too, until the first content', async () => {
    simulator.faults.arm({ fault: 'error_event', provider: 'openrouter', after_events: 0 });
    const response = await gateway.chat(body({ stream: true }));
    const text = await response.text();
    assert.equal(response.headers.get('x-tollgate-target'), 'openai/gpt-4o-mini');
    assert.ok(text.endsWith('data: [DONE]\n\n'));
    assert.ok(!text.includes('"error"'));
  });
});

describe('with every provider down', () => {
  for (const [fault, status, code, estimated] of [
    ['500', 502, 'upstream_failed', true],
    ['503', 503, 'no_target_available', false],
  ] as const) {
    it(`by ${fault}, there is one clear ${status} that names each attempt`, async () => {
      simulator.faults.arm({ fault });
      const response = await gateway.chat(body());
      const { error } = (await response.json()) as { error: { message: string; code: string } };
      assert.equal(response.status, status);
      assert.equal(error.code, code);
      for (const target of ['openrouter/openai/gpt-4o-mini', 'openai/gpt-4o-mini', 'anthropic/claude-sonnet-4-5']) {
        assert.ok(error.message.includes(target), `${error.message} names ${target}`);
      }
      const line = await gateway.requestLine();
      assert.equal(line['outcome'], 'failed');
      assert.equal(line['attempts'], 6);
      // A provider that broke may have billed; one that turned us away has not.
      assert.equal(line['estimated'], estimated);
      assert.equal(line['cost_usd'] === '0', !estimated);
      assert.equal(response.headers.has('retry-after'), status === 503);
    });
  }
});

describe('a provider that breaks off after content', () => {
  it('ends the stream with a typed error and no clean end; what came is charged as an estimate', async () => {
    simulator.faults.arm({ fault: 'cut_between_events', provider: 'openrouter', after_events: 3 });
    const response = await gateway.chat(body({ stream: true, messages: [{ role: 'user', content: '[[words:60]]' }] }));
    const text = await response.text();
    const last = text.trim().split('\n\n').at(-1) ?? '';
    assert.match(last, /"code":"upstream_cut"/);
    assert.ok(!text.includes('[DONE]'));
    const line = await gateway.requestLine();
    assert.equal(line['outcome'], 'cut');
    assert.equal(line['estimated'], true);
    assert.ok(Number(line['output_tokens']) > 0);
    assert.notEqual(line['cost_usd'], '0');
  });
});

describe('a provider that refuses the request', () => {
  it('is not asked again, and its words reach the caller', async () => {
    simulator.faults.arm({ fault: '400', provider: 'openrouter' });
    const response = await gateway.chat(body());
    const { error } = (await response.json()) as { error: { message: string; code: string } };
    assert.equal(response.status, 400);
    assert.ok(error.message.length > 0);
    assert.equal(simulator.ledger().length, 1);
  });
});

describe('a client that leaves', () => {
  it("takes the provider's connection with it, and is charged by what was produced", async () => {
    simulator.pace({ between_events_ms: 20 });
    try {
      const leave = new AbortController();
      const response = await gateway.chat(
        body({ model: 'sim-openai', stream: true, messages: [{ role: 'user', content: '[[words:5000]]' }] }),
        { signal: leave.signal },
      );
      const reader = response.body?.getReader();
      await reader?.read();
      leave.abort();
      await simulator.waitForCalls(1);
      assert.equal(simulator.ledger()[0]?.ended, 'client_gone');
      const line = await gateway.requestLine();
      assert.equal(line['outcome'], 'aborted');
      assert.equal(line['estimated'], true);
      assert.ok(Number(line['output_tokens']) > 0);
    } finally {
      simulator.pace({ between_events_ms: 0 });
    }
  });

  it('while it waits for the first token is charged its input, marked as an estimate', async () => {
    simulator.pace({ first_content_ms: 30_000 });
    try {
      const leave = new AbortController();
      const answered = gateway.chat(body({ model: 'sim-openai', stream: true }), { signal: leave.signal });
      await simulator.waitForCallsBegun(1);
      leave.abort();
      await assert.rejects(answered);
      await simulator.waitForCalls(1);
      const line = await gateway.requestLine();
      assert.equal(line['outcome'], 'aborted');
      assert.equal(line['estimated'], true);
      assert.ok(Number(line['input_tokens']) > 0);
      assert.equal(line['output_tokens'], 0);
    } finally {
      simulator.pace({ first_content_ms: 0 });
    }
  });
});
