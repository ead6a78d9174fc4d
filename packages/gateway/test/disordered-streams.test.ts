import assert from 'node:assert/strict';
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
      routing: '{ retry: { attempts: 1 }, breaker: { failures: 1000, window_ms: 30000, open_ms: 15000 } }',
    }),
  });
});

after(async () => {
  await gateway.stop();
  await simulator.stop();
});

type Path = '/v1/chat/completions' | '/v1/messages' | '/v1/responses';
type Provider = 'openai' | 'anthropic';

function post(origin: string, ask: { readonly path: Path; readonly key: string; readonly model: string }) {
  const { path, key, model } = ask;
  const turns =
    path === '/v1/responses'
      ? { input: 'hello there' }
      : { max_tokens: 50, messages: [{ role: 'user', content: 'hello there' }] };
  return fetch(origin + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'x-api-key': key,
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ model, stream: true, ...turns }),
  });
}

/** The provider's own stream in its own order. */
async function eventsOf(provider: Provider, path: Path): Promise<readonly string[]> {
  const model = provider === 'openai' ? 'gpt-4o-mini' : 'claude-sonnet-4-5';
  const response = await post(`${simulator.url}/${provider}`, { path, key: 'sk-simulated', model });
  assert.equal(response.status, 200);
  return (await response.text()).trimEnd().split('\n\n');
}

async function askThrough(provider: Provider, path: Path) {
  const response = await post(gateway.url, { path, key: gateway.key, model: `sim-${provider}` });
  const text = await response.text();
  return { status: response.status, text, line: await gateway.requestLine(response) };
}

function replay(provider: Provider, events: readonly string[]): void {
  const headers = { 'content-type': 'text/event-stream' };
  const body = Buffer.from(`${events.join('\n\n')}\n\n`);
  simulator.replay({ provider, exchanges: [{ request: undefined, response: { status: 200, headers, body } }] });
}

/** The provider, the path at which it is asked, and the path at which the caller asks. */
type Route = readonly [Provider, Path, Path];

function assertRefused(order: (events: readonly string[]) => readonly string[], routes: readonly Route[]): void {
  for (const [provider, spoken, path] of routes) {
    it(`of ${provider} is an error on ${path}, its charge an estimate, and the next call is answered`, async () => {
      replay(provider, order(await eventsOf(provider, spoken)));
      const { status, text, line } = await askThrough(provider, path);
      assert.equal(status, 502, text);
      const type = path === '/v1/messages' ? 'api_error' : 'upstream_error';
      assert.partialDeepStrictEqual(JSON.parse(text), { error: { type, code: 'upstream_failed' } });
      assert.deepEqual([line['error_code'], line['estimated']], ['upstream_failed', true]);
      assert.equal((await askThrough(provider, path)).line['outcome'], 'completed');
    });
  }
}

describe('a stream that ends before its content', () => {
  assertRefused(
    (events) => [...events.slice(-1), ...events.slice(0, -1)],
    [
      ['openai', '/v1/chat/completions', '/v1/chat/completions'],
      ['openai', '/v1/chat/completions', '/v1/messages'],
      ['anthropic', '/v1/messages', '/v1/chat/completions'],
      ['anthropic', '/v1/messages', '/v1/messages'],
      ['anthropic', '/v1/messages', '/v1/responses'],
    ],
  );
});

describe('a stream that starts behind its content', () => {
  const startLast = ([start = '', ...rest]: readonly string[]): readonly string[] => [...rest, start];
  assertRefused(startLast, [
    ['anthropic', '/v1/messages', '/v1/chat/completions'],
    ['anthropic', '/v1/messages', '/v1/responses'],
  ]);

  it('of openai is relayed on /v1/responses, and costs what it costs in order', async () => {
    const path = '/v1/responses';
    const { line: inOrder } = await askThrough('openai', path);
    replay('openai', startLast(await eventsOf('openai', path)));
    const { line } = await askThrough('openai', path);
    assert.deepEqual([line['outcome'], line['estimated'], line['cost_usd']], ['completed', false, inOrder['cost_usd']]);
  });
});
