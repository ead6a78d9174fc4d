import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '@tollgate/core';
import { openaiCompatibleAdapter } from '../../src/openai-compatible/adapter.ts';
import { providerRequest, type RequestOptions } from '../support/provider-request.ts';

const sent = (options: RequestOptions): string =>
  openaiCompatibleAdapter.buildRequest(providerRequest(options)).body.toString('utf8');

test('a body that needs no change is the same buffer', () => {
  const request = providerRequest();
  assert.equal(openaiCompatibleAdapter.buildRequest(request).body, request.call.body.raw);
});

test('only the model is changed: spacing, order, escapes and unknown fields stay', () => {
  const body = '{ "x_new": {"a":[1e2, 1.0]},\n "model" : "m" , "messages":[{"role":"user","content":"\\u00e4"}]}';
  assert.equal(sent({ body, providerModel: 'vendor/m-1' }), body.replace('"m"', '"vendor/m-1"'));
});

test('usage is asked of every stream', () => {
  assert.equal(
    sent({ body: '{"model":"m","stream":true}' }),
    '{"model":"m","stream":true,"stream_options":{"include_usage":true}}',
  );
});

test('what else the caller wants of the stream stays', () => {
  assert.equal(
    sent({ body: '{"stream_options":{"include_obfuscation":false,"include_usage":false},"model":"m","stream":true}' }),
    '{"stream_options":{"include_obfuscation":false,"include_usage":true},"model":"m","stream":true}',
  );
});

test('null stream options are none', () => {
  assert.match(
    sent({ body: '{"model":"m","stream":true,"stream_options":null}' }),
    /"stream_options":\{"include_usage":true\}/,
  );
});

test('stream options that cannot be extended are refused', () => {
  assert.throws(
    () => sent({ body: '{"model":"m","stream":true,"stream_options":[]}' }),
    (error: unknown) =>
      error instanceof GatewayError && error.code === 'invalid_field' && error.param === 'stream_options',
  );
});

test('without a stream nothing is said of one: OpenAI refuses that', () => {
  assert.equal(sent({ body: '{"model":"m","stream":false}' }), '{"model":"m","stream":false}');
});

test('a cap is set in the field that the caller used', () => {
  assert.equal(
    sent({ body: '{"max_tokens":900,"model":"m"}', outputCapTokens: 100 }),
    '{"max_tokens":100,"model":"m"}',
  );
  assert.equal(
    sent({ body: '{"max_completion_tokens":900,"model":"m"}', outputCapTokens: 100 }),
    '{"max_completion_tokens":100,"model":"m"}',
  );
});

test('a cap is never raised', () => {
  const body = '{"max_tokens":50,"max_completion_tokens":900,"model":"m"}';
  assert.equal(sent({ body, outputCapTokens: 100 }), body.replace('900', '100'));
});

test('a cap that the caller did not set is added', () => {
  assert.equal(sent({ body: '{"model":"m"}', outputCapTokens: 100 }), '{"model":"m","max_tokens":100}');
  assert.equal(
    sent({ body: '{"model":"m","max_tokens":null}', outputCapTokens: 100 }),
    '{"model":"m","max_tokens":100}',
  );
});

test('a server without a key is sent no credential', () => {
  assert.equal('authorization' in openaiCompatibleAdapter.buildRequest(providerRequest({ secret: '' })).headers, false);
});
