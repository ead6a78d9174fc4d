import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tollgate/core';
import type { WireHeaders } from '../../src/base/adapter.ts';
import { parseError } from '../../src/anthropic/parse-error.ts';

/** Bodies as Anthropic's documentation and public logs quote them; no recording of 429, 529 and 413 exists. */
const read = (status: number, error: JsonObject, headers: WireHeaders = {}) =>
  parseError(status, headers, Buffer.from(JSON.stringify({ type: 'error', error, request_id: 'req_1' })));

test('each error type says what may be done next', () => {
  const cases: readonly (readonly [number, string, string, string])[] = [
    [400, 'invalid_request_error', 'request_rejected', 'stop'],
    [401, 'authentication_error', 'credential_refused', 'credential'],
    [402, 'billing_error', 'quota_spent', 'credential'],
    [403, 'permission_error', 'credential_refused', 'credential'],
    [404, 'not_found_error', 'model_not_found', 'target'],
    [409, 'conflict_error', 'server_error', 'retry'],
    [413, 'request_too_large', 'request_rejected', 'stop'],
    [429, 'rate_limit_error', 'rate_limited', 'retry'],
    [500, 'api_error', 'server_error', 'retry'],
    [504, 'timeout_error', 'server_error', 'retry'],
    [529, 'overloaded_error', 'overloaded', 'retry'],
  ];
  for (const [status, type, code, next] of cases) {
    const error = read(status, { type, message: 'x' });
    assert.deepEqual([error.code, error.next, error.httpStatus], [code, next, status], type);
  }
});

test('a spent limit is no rate limit, whatever status it comes with', () => {
  const enforced = { type: 'rate_limit_error', message: 'x', details: { error_code: 'enforced_spend_limit_reached' } };
  const own = { type: 'invalid_request_error', message: 'You have reached your specified API usage limits.' };
  const credit = {
    type: 'invalid_request_error',
    message: 'Your credit balance is too low to access the Anthropic API.',
  };
  for (const error of [read(429, enforced), read(400, own), read(400, credit)]) {
    assert.deepEqual([error.code, error.next, error.credential], ['quota_spent', 'credential', 'disable']);
  }
});

test('a prompt too long is that, in the provider’s own words', () => {
  const message = 'prompt is too long: 3333404 tokens > 200000 maximum';
  const error = read(400, { type: 'invalid_request_error', message });
  assert.deepEqual(
    [error.code, error.next, error.providerSaid?.message],
    ['context_too_long', 'longer_context', message],
  );
});

test('a prompt and cap too long together are too long as well', () => {
  const message = 'input length and `max_tokens` exceed context limit: 199000 + 21000 > 200000, decrease input length';
  const error = read(400, { type: 'invalid_request_error', message });
  assert.deepEqual(
    [error.code, error.next, error.providerSaid?.message],
    ['context_too_long', 'longer_context', message],
  );
});

test('a rate limit says how long to wait, and sets the credential aside for that time', () => {
  const error = read(429, { type: 'rate_limit_error', message: 'x' }, { 'retry-after': '12' });
  assert.deepEqual([error.retryAfterMs, error.credential, error.billing], [12_000, 'cool', 'none']);
});

test('what is answered before the API, without its JSON, goes by its status', () => {
  const page = Buffer.from('<html>413 Request Entity Too Large</html>');
  assert.equal(parseError(413, {}, page).code, 'request_rejected');
  assert.equal(parseError(529, {}, Buffer.alloc(0)).code, 'overloaded');
});
