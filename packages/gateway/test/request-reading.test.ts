import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { GatewayError, parseJsonBody, type ErrorCode } from '@tollgate/core';
import { addressGroup, peerAddress, trustedProxies } from '../src/http/peer-address.ts';
import { clientRequestId, presentedKey, rejectRepeatedHeaders } from '../src/http/request-headers.ts';
import { readTags } from '../src/http/tags.ts';
import { readChatCall } from '../src/calls/read-chat-call.ts';

/** What these functions read of a request. */
function requestOf(headers: Record<string, string>, remoteAddress = '203.0.113.9'): IncomingMessage {
  const rawHeaders = Object.entries(headers).flat();
  return { headers, rawHeaders, socket: { remoteAddress } } as unknown as IncomingMessage;
}

const failsWith = (code: ErrorCode, param?: string) => (error: unknown) => {
  assert.ok(error instanceof GatewayError);
  assert.equal(error.code, code);
  if (param !== undefined) assert.equal(error.param, param);
  return true;
};

const call = (body: object) => readChatCall(parseJsonBody(Buffer.from(JSON.stringify(body))));
const messages = [{ role: 'user', content: 'hi' }];

describe('the key that a request presents', () => {
  it('comes from Authorization or from x-api-key', () => {
    assert.equal(presentedKey(requestOf({ authorization: 'Bearer tg_a' })), 'tg_a');
    assert.equal(presentedKey(requestOf({ authorization: 'bearer  tg_a' })), 'tg_a');
    assert.equal(presentedKey(requestOf({ 'x-api-key': 'tg_a' })), 'tg_a');
    assert.equal(presentedKey(requestOf({ authorization: 'Bearer tg_a', 'x-api-key': 'tg_a' })), 'tg_a');
  });

  it('is missing without either, and with another scheme', () => {
    assert.throws(() => presentedKey(requestOf({})), failsWith('missing_key'));
    assert.throws(() => presentedKey(requestOf({ authorization: 'Basic Zm9v' })), failsWith('missing_key'));
  });

  it('is refused where the two headers disagree', () => {
    const both = requestOf({ authorization: 'Bearer tg_a', 'x-api-key': 'tg_b' });
    assert.throws(() => presentedKey(both), failsWith('contradictory_headers', 'x-api-key'));
  });

  it('is refused where its header stands twice', () => {
    const twice = { rawHeaders: ['Authorization', 'Bearer a', 'authorization', 'Bearer b'] };
    assert.throws(
      () => rejectRepeatedHeaders(twice as unknown as IncomingMessage),
      failsWith('contradictory_headers', 'authorization'),
    );
  });
});

describe('the address that a request came from', () => {
  const proxies = trustedProxies(['10.0.0.0/8', 'fd00::/8', '192.0.2.1']);

  it("is the socket's peer, whatever an untrusted one claims", () => {
    assert.equal(peerAddress(requestOf({ 'x-forwarded-for': '198.51.100.1' }), proxies), '203.0.113.9');
  });

  it('is the nearest untrusted hop that a trusted proxy reports', () => {
    const request = requestOf({ 'x-forwarded-for': '1.1.1.1, 198.51.100.7, 10.9.9.9' }, '::ffff:10.1.2.3');
    assert.equal(peerAddress(request, proxies), '198.51.100.7');
  });

  it('is the proxy itself where the header is garbage', () => {
    assert.equal(peerAddress(requestOf({ 'x-forwarded-for': 'unknown, <script>' }, '10.1.2.3'), proxies), '10.1.2.3');
  });

  it('counts a whole IPv6 /64 as one', () => {
    assert.equal(addressGroup('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
    assert.equal(addressGroup('2001:db8::1'), '2001:db8:0:0');
    assert.equal(addressGroup('::1'), '0:0:0:0');
    assert.equal(addressGroup('198.51.100.7'), '198.51.100.7');
  });
});

describe('tags', () => {
  const rules = { allowed: ['team', 'env'] };

  it('are pairs of allowed names', () => {
    assert.deepEqual(readTags('team=search, env=prod', rules), { team: 'search', env: 'prod' });
    assert.deepEqual(readTags(undefined, rules), {});
  });

  for (const header of [
    'team',
    'team=',
    '=x',
    'cost=1',
    'team=a,team=b',
    `team=${'x'.repeat(65)}`,
    '__proto__=x',
    '',
  ]) {
    it(`are refused as ${JSON.stringify(header.slice(0, 20))}`, () => {
      assert.throws(() => readTags(header, rules), failsWith('invalid_tags', 'x-tollgate-tags'));
    });
  }
});

describe("a client's own request id", () => {
  it('is kept where a log line may carry it', () => {
    assert.equal(clientRequestId(requestOf({ 'x-request-id': 'abc-1.2:3' })), 'abc-1.2:3');
    assert.equal(clientRequestId(requestOf({ 'x-request-id': 'a\tb' })), undefined);
    assert.equal(clientRequestId(requestOf({ 'x-request-id': 'x'.repeat(129) })), undefined);
  });
});

describe('a chat completion call', () => {
  it('is what its fields say', () => {
    const read = call({
      model: 'm',
      messages,
      stream: true,
      stream_options: { include_usage: true },
      n: 2,
      max_tokens: 5,
    });
    assert.equal(read.model, 'm');
    assert.equal(read.stream, true);
    assert.equal(read.wantsStreamUsage, true);
    assert.equal(read.choices, 2);
    assert.equal(read.outputCapTokens, 5);
  });

  it('is capped by the larger of its two caps', () => {
    assert.equal(call({ model: 'm', messages, max_tokens: 1, max_completion_tokens: 10_000 }).outputCapTokens, 10_000);
  });

  it('takes null for absent, as clients send it', () => {
    const read = call({ model: 'm', messages, stream: null, stream_options: null, n: null, max_tokens: null });
    assert.equal(read.stream, false);
    assert.equal(read.choices, 1);
    assert.equal(read.outputCapTokens, undefined);
  });

  const wrong: readonly [object, ErrorCode, string][] = [
    [{ messages }, 'missing_field', 'model'],
    [{ model: 7, messages }, 'invalid_field', 'model'],
    [{ model: '', messages }, 'invalid_field', 'model'],
    [{ model: 'x'.repeat(300), messages }, 'invalid_field', 'model'],
    [{ model: 'openrouter/a\r\nset-cookie: b', messages }, 'invalid_field', 'model'],
    [{ model: 'openrouter/ü', messages }, 'invalid_field', 'model'],
    [{ model: 'm' }, 'missing_field', 'messages'],
    [{ model: 'm', messages: [] }, 'invalid_field', 'messages'],
    [{ model: 'm', messages: 'hi' }, 'invalid_field', 'messages'],
    [{ model: 'm', messages: ['hi'] }, 'invalid_field', 'messages[0]'],
    [{ model: 'm', messages: [{ content: 'hi' }] }, 'invalid_field', 'messages[0].role'],
    [{ model: 'm', messages, stream: 'yes' }, 'invalid_field', 'stream'],
    [{ model: 'm', messages, stream_options: [] }, 'invalid_field', 'stream_options'],
    [{ model: 'm', messages, max_tokens: -1 }, 'invalid_field', 'max_tokens'],
    [{ model: 'm', messages, max_tokens: 0 }, 'invalid_field', 'max_tokens'],
    [{ model: 'm', messages, max_tokens: 1.5 }, 'invalid_field', 'max_tokens'],
    [{ model: 'm', messages, max_tokens: '9' }, 'invalid_field', 'max_tokens'],
    [{ model: 'm', messages, max_completion_tokens: 1e12 }, 'invalid_field', 'max_completion_tokens'],
    [{ model: 'm', messages, n: 129 }, 'invalid_field', 'n'],
    [{ model: 'm', messages, service_tier: 5 }, 'invalid_field', 'service_tier'],
  ];
  for (const [body, code, param] of wrong) {
    it(`with ${JSON.stringify(body).slice(0, 60)} is ${code} of ${param}`, () => {
      assert.throws(() => call(body), failsWith(code, param));
    });
  }
});
