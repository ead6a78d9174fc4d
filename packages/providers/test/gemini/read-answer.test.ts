import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttemptError, isJsonObject, noUsage, tryParseJson, type JsonObject } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import { createGeminiAdapter } from '../../src/gemini/adapter.ts';
import { SseParser } from '../../src/base/sse-parser.ts';
import { providerRequest, streamingBody, type RequestOptions } from '../support/provider-request.ts';

const adapter = createGeminiAdapter({ clock: new ManualClock() });

const frame = { modelVersion: 'gemini-3.6-flash', responseId: 'r-1' };
const candidate = (parts: readonly JsonObject[], members: JsonObject = {}): JsonObject => ({
  content: { parts, role: 'model' },
  ...members,
});
const usageMetadata = {
  promptTokenCount: 100,
  cachedContentTokenCount: 40,
  candidatesTokenCount: 7,
  thoughtsTokenCount: 5,
  promptTokensDetails: [
    { modality: 'TEXT', tokenCount: 70 },
    { modality: 'AUDIO', tokenCount: 30 },
  ],
  cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 10 }],
};
const answer = (candidates: readonly JsonObject[], members: JsonObject = {}): JsonObject => ({
  ...frame,
  candidates,
  usageMetadata,
  ...members,
});

const readWhole = (of: JsonObject, options?: RequestOptions) => {
  const whole = adapter.readWhole(Buffer.from(JSON.stringify(of)), providerRequest(options));
  const completion = tryParseJson(whole.body.toString('utf8'));
  assert.ok(isJsonObject(completion));
  return { completion, facts: whole.facts };
};

function readStream(pieces: readonly JsonObject[]) {
  const reader = adapter.createStreamReader(providerRequest({ body: streamingBody, wantsStreamUsage: true }));
  const bytes = pieces.map((piece) => reader.push(Buffer.from(`data: ${JSON.stringify(piece)}\r\n\r\n`)));
  const failure = reader.failure;
  const text = Buffer.concat(failure === undefined ? [...bytes, reader.end()] : bytes);
  const events = new SseParser({ maxEventBytes: 1 << 20 }).push(text).flatMap(({ data }) => data ?? []);
  return {
    chunks: events.filter((data) => data !== '[DONE]').map((data): JsonObject => JSON.parse(data)),
    reader,
    failure,
  };
}

const thoughtful = [
  { text: 'Let me ', thought: true },
  { text: 'see.', thought: true },
  { functionCall: { name: 'f', args: { x: 1 } }, thoughtSignature: 'sig' },
  { functionCall: { id: 'given', name: 'g' } },
];

test('thoughts, calls and their signatures become a message that carries them', () => {
  const { completion, facts } = readWhole(answer([candidate(thoughtful, { finishReason: 'STOP', index: 0 })]));
  assert.deepEqual(completion['choices'], [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        refusal: null,
        tool_calls: [
          { id: 'call_req-1_0_0', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
          { id: 'given', type: 'function', function: { name: 'g', arguments: '{}' } },
        ],
        reasoning_content: 'Let me see.',
        reasoning_details: [
          { type: 'reasoning.text', format: 'google-gemini-v1', index: 0, text: 'Let me see.' },
          { type: 'reasoning.encrypted', format: 'google-gemini-v1', index: 1, data: 'sig', id: 'call_req-1_0_0' },
        ],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
      native_finish_reason: 'STOP',
    },
  ]);
  assert.equal(completion['id'], 'chatcmpl-r-1');
  assert.equal(facts.finishReason, 'tool_calls');
});

test('usage: cached tokens are within the prompt, thoughts beside the candidates, audio by itself', () => {
  const { completion, facts } = readWhole(answer([candidate([{ text: 'x' }], { finishReason: 'STOP' })]));
  assert.deepEqual(facts.usage, {
    ...noUsage,
    inputUncached: 40,
    cacheRead: 40,
    inputAudio: 20,
    output: 12,
    reasoning: 5,
  });
  assert.deepEqual(completion['usage'], {
    prompt_tokens: 100,
    completion_tokens: 12,
    total_tokens: 112,
    prompt_tokens_details: { cached_tokens: 40, audio_tokens: 20 },
    completion_tokens_details: { reasoning_tokens: 5 },
  });
});

test('a stream says what the whole answer says, its usage once it has ended', () => {
  const pieces = thoughtful.map((part) => answer([candidate([part], { index: 0 })]));
  const { chunks, reader } = readStream([...pieces, answer([candidate([{ text: '' }], { finishReason: 'STOP' })])]);
  const deltas = chunks.flatMap(({ choices }) => (Array.isArray(choices) ? choices : []) as JsonObject[]);
  assert.deepEqual(deltas[0]?.['delta'], {
    role: 'assistant',
    content: '',
    reasoning_content: 'Let me ',
    reasoning_details: [{ type: 'reasoning.text', format: 'google-gemini-v1', index: 0, text: 'Let me ' }],
  });
  assert.equal(deltas.at(-1)?.['finish_reason'], 'tool_calls');
  assert.deepEqual(chunks.at(-1)?.['choices'], []);
  assert.equal(reader.facts.usage?.output, 12);
});

test('what was made so far is no usage yet, but its input is known', () => {
  const reader = adapter.createStreamReader(providerRequest({ body: streamingBody }));
  reader.push(Buffer.from(`data: ${JSON.stringify(answer([candidate([{ text: 'x' }])]))}\r\n\r\n`));
  assert.equal(reader.facts.usage, undefined);
  assert.equal(reader.facts.inputUsage?.cacheRead, 40);
  assert.throws(() => reader.end(), { code: 'cut' });
});

test('several candidates are several choices, of which each has to end', () => {
  const both = ['a', 'b'].map((text, index) => candidate([{ text }], { index, finishReason: 'STOP' }));
  const { chunks } = readStream([answer(both)]);
  const ended = chunks.flatMap(({ choices }) => (Array.isArray(choices) ? choices : []) as JsonObject[]);
  assert.deepEqual(
    ended.filter((choice) => choice['finish_reason'] === 'stop').map(({ index }) => index),
    [0, 1],
  );
  const open = candidate([{ text: 'b' }], { index: 1 });
  assert.throws(() => readStream([answer([candidate([{ text: 'a' }], { index: 0, finishReason: 'STOP' }), open])]), {
    code: 'cut',
  });
});

test('a prompt that was blocked is an answer without content, which costs its input', () => {
  const blocked = { ...frame, promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 9 } };
  const { completion, facts } = readWhole(blocked);
  const { chunks, reader } = readStream([blocked]);
  for (const known of [facts, reader.facts]) {
    assert.equal(known.finishReason, 'content_filter');
    assert.deepEqual(known.usage, { ...noUsage, inputUncached: 9 });
  }
  assert.match(JSON.stringify(completion), /"finish_reason":"content_filter","native_finish_reason":"SAFETY"/);
  assert.match(JSON.stringify(chunks), /"finish_reason":"content_filter","native_finish_reason":"SAFETY"/);
});

test("Google's reasons to end in the words of chat completions", () => {
  for (const [native, reason] of [
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['RECITATION', 'content_filter'],
    ['SOMETHING_NEW', 'stop'],
  ]) {
    const { facts } = readWhole(answer([candidate([{ text: 'x' }], { finishReason: native ?? '' })]));
    assert.equal(facts.finishReason, reason);
  }
});

test('a call that the model failed to make is an error that another attempt may follow', () => {
  const failed = answer([
    { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'Malformed function call: print(' },
  ]);
  const fails = { code: 'error_in_answer', next: 'retry', billing: 'possible' };
  assert.throws(() => readWhole(failed), fails);
  assert.throws(() => readStream([failed]), fails);
  const { failure } = readStream([
    answer([candidate([{ text: 'x' }], failed['candidates'] === undefined ? {} : { finishReason: 'STOP' })]),
  ]);
  assert.equal(failure, undefined);
});

test('log probabilities, token by token', () => {
  const chosen = { token: 'Hé', tokenId: 1, logProbability: -0.5 };
  const logprobsResult = { chosenCandidates: [chosen], topCandidates: [{ candidates: [chosen] }] };
  const { completion } = readWhole(answer([candidate([{ text: 'Hé' }], { finishReason: 'STOP', logprobsResult })]));
  const token = { token: 'Hé', logprob: -0.5, bytes: [72, 195, 169] };
  assert.match(
    JSON.stringify(completion),
    new RegExp(
      JSON.stringify({ content: [{ ...token, top_logprobs: [token] }] })
        .slice(1, -1)
        .replace(/[[\]{}.]/g, '\\$&'),
    ),
  );
});

test('how long to wait stands in the body', () => {
  const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '23.5s' };
  const message = 'You exceeded your current quota, please check your plan and billing details.';
  const body = JSON.stringify([{ error: { code: 429, message, status: 'RESOURCE_EXHAUSTED', details: [retry] } }]);
  const error = adapter.readError(429, {}, Buffer.from(body));
  assert.ok(error instanceof AttemptError);
  assert.deepEqual([error.code, error.retryAfterMs, error.credential], ['rate_limited', 23_500, 'cool']);
});
