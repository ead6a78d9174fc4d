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
    config: simulatorConfig(simulator.url, { server: '{ max_body_bytes: 200000, body_timeout_seconds: 1 }' }),
  });
});

after(async () => {
  await simulator.stop();
  await gateway.stop();
});

interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: string;
    readonly param: string | null;
  };
}

async function refusalOf(response: Response): Promise<ErrorBody['error'] & { status: number }> {
  const { error } = (await response.json()) as ErrorBody;
  assert.ok(error.message.length > 10, 'the message says something');
  assert.match(response.headers.get('x-request-id') ?? '', /^req_/);
  return { status: response.status, ...error };
}

const good = { model: 'sim-openai', messages: [{ role: 'user', content: 'hi' }] };

describe('a bad body', () => {
  const bodies: readonly [string, string | object, number, string][] = [
    ['that is no JSON', '{"model": ', 400, 'invalid_json'],
    ['that is empty', '', 400, 'invalid_json'],
    ['that is a list', '[]', 400, 'invalid_json'],
    ['with trailing text', `${JSON.stringify(good)} x`, 400, 'invalid_json'],
    ['that is not UTF-8', '', 400, 'invalid_json'],
    ['nested a thousand deep', `{"model":"m","messages":${'['.repeat(1000)}${']'.repeat(1000)}}`, 400, 'body_too_deep'],
    ['with the model twice', '{"model":"a","model":"b","messages":[]}', 400, 'duplicate_field'],
    ['with the model twice, once escaped', '{"model":"a","mod\\u0065l":"b","messages":[]}', 400, 'duplicate_field'],
    ['with __proto__', '{"__proto__":{"model":"m"},"model":"m"}', 400, 'forbidden_field'],
    ['without a model', { messages: good.messages }, 400, 'missing_field'],
    ['with an unknown model', { ...good, model: 'nobody/knows' }, 404, 'model_not_found'],
    ['with negative max_tokens', { ...good, max_tokens: -5 }, 400, 'invalid_field'],
    ['with absurd max_tokens', { ...good, max_tokens: 1e15 }, 400, 'invalid_field'],
    ['larger than allowed', { ...good, user: 'x'.repeat(200_001) }, 413, 'body_too_large'],
  ];
  for (const [what, body, status, code] of bodies) {
    it(`${what} is ${status} ${code}`, async () => {
      const raw = what === 'that is not UTF-8' ? Buffer.from([0x7b, 0xff, 0x7d]) : body;
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
        body: Buffer.isBuffer(raw) || typeof raw === 'string' ? raw : JSON.stringify(raw),
      });
      const refusal = await refusalOf(response);
      assert.equal(refusal.status, status);
      assert.equal(refusal.code, code);
      assert.equal(response.headers.get('x-should-retry'), 'false');
    });
  }
});

describe('bad headers', () => {
  const cases: readonly [string, Record<string, string>, number, string][] = [
    ['another content type', { 'content-type': 'text/plain' }, 415, 'unsupported_content_type'],
    ['a compressed body', { 'content-encoding': 'gzip' }, 415, 'unsupported_content_encoding'],
    ['two different keys', { 'x-api-key': 'tg_live_other' }, 400, 'contradictory_headers'],
    ['an unknown tag', { 'x-tollgate-tags': 'colour=blue' }, 400, 'invalid_tags'],
    ['a malformed key', { authorization: 'Bearer tg_live_nonsense' }, 401, 'invalid_key'],
    ['no key', { authorization: '' }, 401, 'missing_key'],
  ];
  for (const [what, headers, status, code] of cases) {
    it(`${what} is ${status} ${code}`, async () => {
      const refusal = await refusalOf(await gateway.chat(good, { headers }));
      assert.equal(refusal.status, status);
      assert.equal(refusal.code, code);
    });
  }

  it('an expired key is told apart from a wrong one', async () => {
    const { key } = await gateway.createKey({ expiresAtMs: Date.now() - 1000 });
    assert.equal((await refusalOf(await gateway.chat(good, { key }))).code, 'expired_key');
  });

  it('a model that the key may not use is 403', async () => {
    const { key } = await gateway.createKey({ models: ['sim-anthropic'] });
    const refusal = await refusalOf(await gateway.chat(good, { key }));
    assert.equal(refusal.status, 403);
    assert.equal(refusal.code, 'model_not_allowed');
  });

  it('an authorization header that stands twice is refused', async () => {
    const answer = await rawRequest([
      'POST /v1/chat/completions HTTP/1.1',
      'host: x',
      `authorization: Bearer ${gateway.key}`,
      'authorization: Bearer other',
      'content-length: 0',
      'connection: close',
    ]);
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /contradictory_headers/);
  });

  it('content-length beside transfer-encoding is refused by the parser', async () => {
    const answer = await rawRequest([
      'POST /v1/chat/completions HTTP/1.1',
      'host: x',
      'content-length: 5',
      'transfer-encoding: chunked',
    ]);
    assert.match(answer, /^HTTP\/1\.1 400 /);
  });
});

describe('paths', () => {
  for (const [method, path, status, code] of [
    ['GET', '/v1/chat/completions', 405, 'method_not_allowed'],
    ['POST', '/v1/anything', 404, 'unknown_path'],
    ['POST', '/v1/chat/completions/', 404, 'unknown_path'],
    ['POST', '/V1/chat/completions', 404, 'unknown_path'],
    ['GET', '/admin/v1/tenants', 404, 'unknown_path'],
    ['GET', '/metrics', 404, 'unknown_path'],
  ] as const) {
    it(`${method} ${path} is ${status} ${code}`, async () => {
      const response = await fetch(gateway.url + path, { method, headers: { authorization: `Bearer ${gateway.key}` } });
      assert.equal((await refusalOf(response)).code, code);
      assert.equal(response.status, status);
    });
  }
});

describe('a slow sender', () => {
  it('is answered 408 and let go', async () => {
    const answer = await rawRequest([
      'POST /v1/chat/completions HTTP/1.1',
      'host: x',
      `authorization: Bearer ${gateway.key}`,
      'content-type: application/json',
      'content-length: 100',
    ]);
    assert.match(answer, /^HTTP\/1\.1 408 /);
    assert.match(answer, /body_timeout/);
    assert.match(answer, /connection: close/i);
  });
});

describe('all of it together', () => {
  it('cost no provider call and no limit', async () => {
    assert.deepEqual(simulator.ledger(), []);
    const page = (await (
      await fetch(`${gateway.url}/v1/key`, { headers: { authorization: `Bearer ${gateway.key}` } })
    ).json()) as { limits: { requests_per_minute: { limit: number; remaining: number } }[] };
    const [own] = page.limits;
    assert.ok(own);
    assert.equal(own.requests_per_minute.remaining, own.requests_per_minute.limit);
  });

  it('left the node able to answer', async () => {
    const response = await gateway.chat(good);
    assert.equal(response.status, 200, await response.text());
  });
});

/** Sends header lines as they are, and reads until the server closes. */
async function rawRequest(lines: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'connect');
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('utf8');
}
