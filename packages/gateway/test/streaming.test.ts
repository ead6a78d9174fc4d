import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let simulator: ProviderSimulator;
let gateway: TestGateway;

before(async () => {
  simulator = await startProviderSimulator({ port: 0 });
  gateway = await startTestGateway({
    config: simulatorConfig(simulator.url, {
      server: '{ keep_alive_comment_seconds: 1, max_body_bytes: 100000, max_bodies_in_flight_bytes: 100000 }',
      routing: '{ retry: { attempts: 1 }, timeouts: { idle_ms: 1000, first_content_ms: 8000 } }',
    }),
  });
});

after(async () => {
  await simulator.stop();
  await gateway.stop();
});

const say = (content: string, extra: object = {}) => ({
  model: 'sim-openai',
  stream: true,
  messages: [{ role: 'user', content }],
  ...extra,
});

describe('while a caller waits for the first content', () => {
  it('comments keep the connection alive, and the answer follows them whole', async () => {
    const response = await gateway.chat(say('[[pace:first_content_ms=2500]] patience'));
    const text = await response.text();
    assert.ok(text.startsWith(': waiting\n\n: waiting\n\ndata: '), text.slice(0, 60));
    assert.ok(text.endsWith('data: [DONE]\n\n'));
  });

  it('a failure after a comment is an error event, for the status is out', async () => {
    const late = await gateway.chat(say('[[fault:stall after_events=0]] never'));
    const text = await late.text();
    assert.equal(late.status, 200);
    assert.match(text, /^: waiting\n\n/);
    assert.match(text.trim().split('\n\n').at(-1) ?? '', /^data: \{"error":\{.*"code":"upstream_timeout"/);
    assert.ok(!text.includes('[DONE]'));
  });
});

describe('text with characters of several bytes', () => {
  it('comes out whole, wherever the provider cuts it', async () => {
    const words = 'Grüße, 世界 🌍!';
    for (const bytes of [1, 2, 3]) {
      const response = await gateway.chat(say(`[[say:${words}]] [[pace:bytes_per_write=${bytes}]]`));
      const text = await response.text();
      const said = text
        .split('\n\n')
        .filter((event) => event.startsWith('data: {'))
        .map((event) => JSON.parse(event.slice(6)) as { choices: { delta: { content?: string } }[] })
        .map((chunk) => chunk.choices[0]?.delta.content ?? '')
        .join('');
      assert.equal(said, words);
    }
  });
});

describe('usage', () => {
  it('is always asked of the provider, and stripped where the caller did not ask', async () => {
    const silent = await gateway.chat(say('hello'));
    const text = await silent.text();
    assert.ok(!text.includes('"choices":[]'), 'no usage chunk');
    const line = await gateway.requestLine(silent);
    assert.equal(line['cost_source'], 'computed');
    assert.ok(Number(line['output_tokens']) > 0);
    const asked = await gateway.chat(say('hello', { stream_options: { include_usage: true } }));
    assert.ok((await asked.text()).includes('"choices":[]'));
  });
});

describe('a reader that takes nothing', () => {
  it('stops the provider instead of filling memory, and is let go in the end', async () => {
    simulator.clearLedger();
    const body = JSON.stringify(say('[[words:900000]]'));
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.pause();
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-request-id: slow-reader\r\nauthorization: Bearer ${gateway.key}\r\n` +
        `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    await simulator.waitForCalls(1);
    const [entry] = simulator.ledger();
    assert.equal(entry?.ended, 'client_gone');
    assert.ok((entry?.bytesSent ?? Infinity) < 60_000_000, 'the provider was held back');
    assert.equal((await gateway.requestLine('slow-reader'))['outcome'], 'aborted');
    socket.destroy();
  });
});

describe('all bodies in flight together', () => {
  it('are bounded: what would exceed the bound is 503 with Retry-After, and the room comes back', async () => {
    const large = say('[[pace:first_content_ms=700]]', { stream: false, user: 'x'.repeat(60_000) });
    const first = gateway.chat(large);
    const begun = simulator.ledger().length;
    await simulator.waitForCallsBegun(begun + 1);
    const second = await gateway.chat(large);
    assert.equal(second.status, 503);
    assert.equal(((await second.json()) as { error: { code: string } }).error.code, 'too_many_bytes_in_flight');
    assert.equal(second.headers.get('retry-after'), '1');
    assert.equal((await first).status, 200);
    await (await first).arrayBuffer();
    const third = await gateway.chat(large);
    assert.equal(third.status, 200, await third.text());
  });
});

describe('GET /v1/key', () => {
  it('tells a caller its limits and what is left, uses nothing up, and is as fresh as the store', async () => {
    const { key, record } = await gateway.createKey({ limits: { requestsPerMinute: 10 } });
    const read = () => fetch(`${gateway.url}/v1/key`, { headers: { authorization: `Bearer ${key}` } });
    await (await gateway.chat(say('hi'), { key })).text();
    for (let times = 0; times < 2; times += 1) {
      const page = (await (await read()).json()) as {
        id: string;
        limits: { scope: string; requests_per_minute: { limit: number; remaining: number } }[];
      };
      assert.equal(page.id, record.keyId);
      assert.deepEqual(
        page.limits.map(({ scope }) => scope),
        ['key', 'tenant'],
      );
      assert.equal(page.limits[0]?.requests_per_minute.remaining, 9);
    }
    assert.ok(await gateway.store.keys.replaceKey({ ...record, status: 'revoked', version: 2 }));
    assert.equal((await read()).status, 401);
  });
});
