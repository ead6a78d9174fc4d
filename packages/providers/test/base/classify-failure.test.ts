import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptError, AttemptErrorCode, CredentialVerdict, JsonValue, NextStep } from '@tollgate/core';
import { errorInAnswer, readRefusal } from '../../src/base/answer-errors.ts';
import { readProviderWords } from '../../src/base/provider-words.ts';

const refusal = (status: number, body: JsonValue | string, headers: Record<string, string> = {}): AttemptError =>
  readRefusal(status, headers, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

type Row = readonly [
  what: string,
  status: number,
  body: JsonValue | string,
  code: AttemptErrorCode,
  next: NextStep,
  credential?: CredentialVerdict,
];

const openai = (code: string | null, type: string, message = 'text'): JsonValue => ({ error: { message, type, code } });
const anthropic = (type: string, message = 'text', details: JsonValue = null): JsonValue => ({
  type: 'error',
  error: { type, message, details },
  request_id: 'req_1',
});
const openrouter = (code: number, message: string, metadata: JsonValue = null): JsonValue => ({
  error: { code, message, metadata },
});

const rows: readonly Row[] = [
  ['OpenAI quota', 429, openai('insufficient_quota', 'insufficient_quota'), 'quota_spent', 'credential', 'disable'],
  ['OpenAI rate limit', 429, openai('rate_limit_exceeded', 'requests'), 'rate_limited', 'retry', 'cool'],
  ['OpenAI slow_down', 503, openai('slow_down', 'rate_limit_error'), 'rate_limited', 'retry', 'cool'],
  ['OpenAI overload', 503, openai('server_is_overloaded', 'service_unavailable_error'), 'overloaded', 'retry'],
  [
    'OpenAI context',
    400,
    openai('context_length_exceeded', 'invalid_request_error'),
    'context_too_long',
    'longer_context',
  ],
  ['OpenAI unknown model', 404, openai('model_not_found', 'invalid_request_error'), 'model_not_found', 'target'],
  ['OpenAI closed model', 403, openai('model_not_found', 'invalid_request_error'), 'model_not_found', 'target'],
  [
    'OpenAI wrong key',
    401,
    openai('invalid_api_key', 'invalid_request_error'),
    'credential_refused',
    'credential',
    'disable',
  ],
  ['OpenAI bad request', 400, openai(null, 'invalid_request_error'), 'request_rejected', 'stop'],
  ['Anthropic rate limit', 429, anthropic('rate_limit_error'), 'rate_limited', 'retry', 'cool'],
  [
    'Anthropic spend limit as 429',
    429,
    anthropic('rate_limit_error', 'text', { error_code: 'enforced_spend_limit_reached' }),
    'quota_spent',
    'credential',
    'disable',
  ],
  [
    'Anthropic spend limit as 400',
    400,
    anthropic('invalid_request_error', 'You have reached your specified API usage limits. You will regain access on …'),
    'quota_spent',
    'credential',
    'disable',
  ],
  ['Anthropic billing', 402, anthropic('billing_error'), 'quota_spent', 'credential', 'disable'],
  ['Anthropic overload', 529, anthropic('overloaded_error', 'Overloaded'), 'overloaded', 'retry'],
  ['Anthropic fault', 500, anthropic('api_error'), 'server_error', 'retry'],
  ['Anthropic permission', 403, anthropic('permission_error'), 'credential_refused', 'credential', 'disable'],
  [
    'Anthropic context',
    400,
    anthropic('invalid_request_error', 'prompt is too long: 3333404 tokens > 200000 maximum'),
    'context_too_long',
    'longer_context',
  ],
  ['Anthropic unknown model', 404, anthropic('not_found_error', 'model: x'), 'model_not_found', 'target'],
  ['Anthropic size', 413, anthropic('request_too_large'), 'request_rejected', 'stop'],
  ['OpenRouter own rate limit', 429, openrouter(429, 'Rate limit exceeded'), 'rate_limited', 'retry', 'cool'],
  [
    'OpenRouter, the provider behind it limited',
    429,
    openrouter(429, 'Provider returned error', { raw: '…', provider_name: 'Google' }),
    'rate_limited',
    'retry',
    'keep',
  ],
  [
    'OpenRouter, the key of the provider behind it refused',
    401,
    openrouter(401, 'Provider returned error', { provider_name: 'Azure', error_type: 'authentication' }),
    'credential_refused',
    'target',
    'keep',
  ],
  ['OpenRouter credits', 402, openrouter(402, 'Insufficient credits'), 'quota_spent', 'credential', 'disable'],
  ['OpenRouter unknown model', 400, openrouter(400, 'x/y is not a valid model ID'), 'model_not_found', 'target'],
  ['OpenRouter moderation', 403, openrouter(403, 'flagged', { reasons: ['x'] }), 'request_rejected', 'stop'],
  [
    'OpenRouter model that needs a key',
    403,
    openrouter(403, 'a key to access this model'),
    'model_not_found',
    'target',
  ],
  [
    'OpenRouter provider away',
    502,
    openrouter(502, 'bad', { error_type: 'provider_unavailable' }),
    'server_error',
    'retry',
  ],
  [
    'OpenRouter no endpoint, for good',
    404,
    { error: { code: 404, message: 'm', availability: { code: 'no_endpoints', retryable: false } } },
    'model_not_found',
    'target',
  ],
  [
    'OpenRouter no endpoint, for now',
    503,
    { error: { code: 503, message: 'm', availability: { code: 'temporarily_unavailable', retryable: true } } },
    'overloaded',
    'retry',
  ],
  [
    'llama.cpp context',
    400,
    { error: { code: 400, type: 'exceed_context_size_error', message: 'm', n_ctx: 1 } },
    'context_too_long',
    'longer_context',
  ],
  ['Mistral, at the top', 400, { object: 'error', message: 'm', type: 'x', code: '1500' }, 'request_rejected', 'stop'],
  ['xAI, as text', 400, { code: 'Client specified an invalid argument', error: 'm' }, 'request_rejected', 'stop'],
  ['FastAPI detail', 422, { detail: 'm' }, 'request_rejected', 'stop'],
  [
    'Gemini, in an array',
    429,
    [{ error: { code: 429, message: 'm', status: 'RESOURCE_EXHAUSTED' } }],
    'rate_limited',
    'retry',
    'cool',
  ],
  ['a page at 502', 502, '<html>Bad gateway</html>', 'server_error', 'retry'],
  ["a firewall's page at 403", 403, '<html>Blocked</html>', 'request_rejected', 'target', 'keep'],
  ['nothing at 401', 401, '', 'credential_refused', 'credential', 'disable'],
  ['408', 408, '', 'server_error', 'retry'],
  ['409', 409, '', 'server_error', 'retry'],
  ['425', 425, '', 'server_error', 'retry'],
  ['504', 504, '', 'server_error', 'retry'],
  ['520', 520, '', 'server_error', 'retry'],
  ['524', 524, '', 'server_error', 'retry'],
  ['501, which retrying does not mend', 501, '', 'server_error', 'target'],
];

for (const [what, status, body, code, next, credential = 'keep'] of rows) {
  test(`${what}: ${code}, then ${next}`, () => {
    const error = refusal(status, body);
    assert.deepEqual(
      { code: error.code, next: error.next, credential: error.credential, httpStatus: error.httpStatus },
      { code, next, credential, httpStatus: status },
    );
  });
}

test('only what a server may have begun to work on may be billed', () => {
  const billed = [400, 401, 402, 403, 404, 413, 422, 429, 503, 529].filter((s) => refusal(s, '').billing !== 'none');
  assert.deepEqual(billed, []);
  const free = [408, 500, 502, 504, 524].filter((s) => refusal(s, '').billing !== 'possible');
  assert.deepEqual(free, []);
});

test('a request larger than the whole limit is not retried, and does not cool the credential', () => {
  const message = 'Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 30001. Visit …';
  const error = refusal(429, openai('rate_limit_exceeded', 'tokens', message));
  assert.deepEqual([error.code, error.next, error.credential], ['rate_limited', 'target', 'keep']);
  const waits = refusal(429, openai('rate_limit_exceeded', 'tokens', message.replace('30001', '20000')));
  assert.equal(waits.next, 'retry');
});

test('a prompt that the provider quotes cannot disable our credential', () => {
  const quoted = "Invalid value: 'You exceeded your current quota'. Your credit balance is too low";
  const error = refusal(400, openai(null, 'invalid_request_error', quoted));
  assert.equal(error.credential, 'keep');
});

test('x-should-retry overrules what a retry could seem to mend, and nothing else', () => {
  assert.equal(refusal(500, '', { 'x-should-retry': 'false' }).next, 'target');
  assert.equal(refusal(400, '', { 'x-should-retry': 'true' }).next, 'retry');
  assert.equal(refusal(401, '', { 'x-should-retry': 'true' }).next, 'credential');
});

test('Retry-After is read in milliseconds, seconds and as a date', () => {
  const date = { date: 'Mon, 23 Nov 2026 10:00:00 GMT', 'retry-after': 'Mon, 23 Nov 2026 10:00:30 GMT' };
  assert.equal(refusal(429, '', { 'retry-after-ms': '1500', 'retry-after': '2' }).retryAfterMs, 1500);
  assert.equal(refusal(429, '', { 'retry-after': '2.5' }).retryAfterMs, 2500);
  assert.equal(refusal(429, '', { 'retry-after': '0' }).retryAfterMs, 0);
  assert.equal(refusal(429, '', date).retryAfterMs, 30_000);
  assert.equal(refusal(429, '', { ...date, 'retry-after': date.date }).retryAfterMs, 0);
});

test('a Retry-After that says nothing is none', () => {
  for (const value of ['', 'soon', '-1', 'NaN', 'Mon, 23 Nov 2026 10:00:30 GMT']) {
    assert.equal(refusal(429, '', { 'retry-after': value }).retryAfterMs, undefined);
  }
  const inBody = { error: { message: 'm', availability: { retryable: true, retry_after: 3 } } };
  assert.equal(refusal(503, inBody).retryAfterMs, 3000);
});

test("the provider's own words are kept for a refusal of the request", () => {
  const body = {
    error: { message: 'Unsupported parameter', type: 'invalid_request_error', param: 'max_tokens', code: 'x' },
  };
  assert.deepEqual(refusal(400, body).providerSaid, {
    message: 'Unsupported parameter',
    type: 'invalid_request_error',
    param: 'max_tokens',
    code: 'x',
  });
});

test('no id of our accounts and no piece of a key is in what is passed on', () => {
  const secrets = [
    'org-AbCdEf123456',
    'proj_AbCdEf123456',
    'user_2abcDEF345',
    'sk-proj-abc***********xyz',
    '4f0c2a8e-1111-4222-8333-444455556666',
  ];
  for (const secret of secrets) {
    const error = refusal(400, openai(null, 'invalid_request_error', `in organization ${secret}: no.`));
    assert.equal(error.providerSaid?.message, 'in organization [redacted]: no.');
    assert.equal(error.message.includes(secret), false);
  }
});

test('a text without end is cut', () => {
  const said = refusal(400, openai(null, 'x', 'y'.repeat(100_000))).providerSaid;
  assert.ok((said?.message.length ?? Infinity) < 3000);
});

test('an error inside an answer is followed by what its kind allows, until there is content', () => {
  const words = readProviderWords(openai('insufficient_quota', 'insufficient_quota'));
  const before = errorInAnswer(words, false);
  assert.deepEqual([before.code, before.next, before.credential], ['error_in_answer', 'credential', 'disable']);
  assert.equal(before.billing, 'none');
  const after = errorInAnswer(words, true);
  assert.deepEqual([after.next, after.billing], ['stop', 'possible']);
});

test('an error inside an answer that nobody knows is a fault of the server', () => {
  for (const body of [{ error: { message: 'boom' } }, { error: true }, {}]) {
    const error = errorInAnswer(readProviderWords(body), false);
    assert.deepEqual([error.next, error.billing], ['retry', 'possible']);
  }
});

test('an error inside an answer that refuses the request is not retried', () => {
  for (const error of [
    { code: 400, message: 'm' },
    { type: 'invalid_request_error', message: 'm' },
  ]) {
    assert.equal(errorInAnswer(readProviderWords({ error }), false).next, 'stop');
  }
});
