import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttemptError, type AttemptErrorCode, type JsonObject } from '@tollgate/core';
import type { AnswerFacts, StreamReader } from '../../src/base/adapter.ts';
import { openaiCompatibleAdapter } from '../../src/openai-compatible/adapter.ts';
import { chunk, done, finishChunk, textChunk, usage, usageChunk } from '../support/chat-answers.ts';
import { providerRequest, streamingBody } from '../support/provider-request.ts';

const openReader = (wantsStreamUsage = false): StreamReader =>
  openaiCompatibleAdapter.createStreamReader(providerRequest({ body: streamingBody, wantsStreamUsage }));

/** Reads a whole stream; returns what the caller gets and what was learned. */
function read(stream: string, wantsStreamUsage = false): { text: string; facts: AnswerFacts } {
  const reader = openReader(wantsStreamUsage);
  const text = reader.push(Buffer.from(stream)).toString('utf8') + reader.end().toString('utf8');
  return { text, facts: reader.facts };
}

const deltaChunk = (delta: JsonObject, fields: JsonObject = {}): string =>
  chunk({ choices: [{ index: 0, delta, finish_reason: null, ...fields }] });

const toolChunk = (piece: string): string => deltaChunk({ tool_calls: [{ index: 0, function: { arguments: piece } }] });

const fails = (code: AttemptErrorCode, next: string) => (error: unknown) =>
  error instanceof AttemptError && error.code === code && error.next === next;

test('comments, pings without data, CRLF and fields without meaning are relayed as they came', () => {
  const stream = `: OPENROUTER PROCESSING\r\n\r\nid: 1\r\n${textChunk('Hi').trim()}\r\n\r\ndata:\n\n\n${finishChunk('stop')}${done}`;
  assert.equal(read(stream).text, stream);
});

test('the chunk with usage alone is left out where the caller did not ask, and read all the same', () => {
  const stream = textChunk('Hi') + finishChunk('stop');
  const { text, facts } = read(stream + usageChunk + done);
  assert.equal(text, stream + done);
  assert.equal(facts.usage?.inputUncached, 10);
});

test('it stays where the caller asked', () => {
  const stream = textChunk('Hi') + finishChunk('stop') + usageChunk + done;
  assert.equal(read(stream, true).text, stream);
});

test("Azure's first chunk has no choices and no model, and stays", () => {
  const first = chunk({ choices: [], model: '', prompt_filter_results: [] });
  const { text, facts } = read(first + textChunk('Hi') + finishChunk('stop') + done);
  assert.ok(text.startsWith(first));
  assert.equal(facts.answeredModel, 'm-1');
});

test('usage that comes in every chunk is not added up: the last is the truth', () => {
  const running = [1, 2, 3].map((tokens) =>
    chunk({
      choices: [{ index: 0, delta: { content: 'x' }, finish_reason: null }],
      usage: { prompt_tokens: 10, completion_tokens: tokens },
    }),
  );
  const { facts } = read(running.join('') + finishChunk('stop') + done);
  assert.equal(facts.usage?.output, 3);
});

test('a role, an empty text and lifecycle chunks are not content', () => {
  const reader = openReader();
  reader.push(Buffer.from(deltaChunk({ role: 'assistant', content: '', refusal: null }) + chunk({ choices: [] })));
  assert.equal(reader.facts.contentSeen, false);
  assert.equal(reader.facts.contentBytes, 0);
});

const contents: readonly (readonly [string, JsonObject, number])[] = [
  ['text', { content: 'Grüße 😀' }, 12],
  ['text in parts', { content: [{ type: 'text', text: 'abc' }] }, 3],
  ['a refusal', { refusal: 'No.' }, 3],
  ['reasoning as DeepSeek names it', { reasoning_content: 'abc' }, 3],
  [
    'reasoning said twice, counted once',
    { content: '', reasoning: 'abc', reasoning_details: [{ type: 'reasoning.text', text: 'abc' }] },
    3,
  ],
  ['reasoning in details alone', { reasoning_details: [{ type: 'reasoning.summary', summary: 'abc' }] }, 3],
  ['encrypted reasoning', { reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] }, 0],
  ["a tool call's first piece", { tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '' } }] }, 0],
  ["a tool call's arguments", { tool_calls: [{ index: 0, function: { arguments: '{"a":' } }] }, 5],
  ["a custom tool's input", { tool_calls: [{ index: 0, custom: { input: 'abc' } }] }, 3],
  ['the old function call', { function_call: { arguments: 'abc' } }, 3],
  ['audio with a transcript', { audio: { data: 'AAAA', transcript: 'abc' } }, 3],
  ['an image', { images: [{ image_url: { url: 'data:…' } }] }, 0],
];

for (const [what, delta, bytes] of contents) {
  test(`${what} is content of ${bytes} bytes to be charged by`, () => {
    const reader = openReader();
    reader.push(Buffer.from(deltaChunk(delta)));
    assert.equal(reader.facts.contentSeen, true);
    assert.equal(reader.facts.contentBytes, bytes);
  });
}

test('several answers are counted together, and finish once', () => {
  const choice = (index: number, content: string): JsonObject => ({ index, delta: { content }, finish_reason: null });
  const stream = chunk({ choices: [choice(0, 'ab')] }) + chunk({ choices: [choice(1, 'c')] });
  const { facts } = read(stream + finishChunk('length') + finishChunk('stop') + done);
  assert.equal(facts.contentBytes, 3);
  assert.equal(facts.finishReason, 'length');
});

const finishes: readonly (readonly [string, string, JsonObject, string])[] = [
  [
    'a tool call cut by the cap',
    toolChunk('{"a":'),
    { finish_reason: 'tool_calls', native_finish_reason: 'length' },
    'length',
  ],
  [
    'the same in the words of the Responses API',
    '',
    { finish_reason: 'tool_calls', native_finish_reason: 'max_output_tokens' },
    'length',
  ],
  ['a tool call reported as stop', toolChunk('{}'), { finish_reason: 'stop' }, 'tool_calls'],
  ['a reason of its own', '', { finish_reason: 'content_filter' }, 'content_filter'],
];

for (const [what, before, fields, reason] of finishes) {
  test(`${what} finished by ${reason}; the caller's bytes are not touched`, () => {
    const stream = before + chunk({ choices: [{ index: 0, delta: {}, ...fields }] }) + done;
    const { text, facts } = read(stream);
    assert.equal(facts.finishReason, reason);
    assert.equal(text, stream);
  });
}

test('an empty finish reason, as Ollama sends it, is none', () => {
  const { facts } = read(deltaChunk({ content: 'x' }, { finish_reason: '' }) + done);
  assert.equal(facts.finishReason, undefined);
});

test('the tier that was served is known', () => {
  assert.equal(read(chunk({ choices: [], service_tier: 'flex' }) + done).facts.serviceTier, 'flex');
});

test('a stream without [DONE] was cut, finish reason or not', () => {
  for (const stream of [textChunk('Hi'), textChunk('Hi') + finishChunk('stop'), `${textChunk('Hi')}data: [DON`]) {
    assert.throws(() => read(stream), fails('cut', 'stop'));
  }
});

test('a [DONE] that lacks only its blank line ends the stream, and is given one', () => {
  for (const last of ['data: [DONE]', 'data: [DONE]\n', 'data:[DONE]\r\n']) {
    assert.equal(read(textChunk('Hi') + last).text, textChunk('Hi') + done);
  }
});

test('a stream that ends before any content was never an answer, and may be tried again', () => {
  for (const stream of ['', ': OPENROUTER PROCESSING\n\n', deltaChunk({ role: 'assistant', content: '' })]) {
    assert.throws(() => read(stream), fails('connection_reset', 'retry'));
  }
});

const errors: readonly (readonly [string, string])[] = [
  ['at the top', chunk({ error: { code: 502, message: 'm' }, choices: [] })],
  [
    'at the top, beside finish reason error',
    chunk({
      error: { code: 'server_error', message: 'm' },
      choices: [{ index: 0, delta: {}, finish_reason: 'error' }],
    }),
  ],
  ['as text', 'data: {"error":"m"}\n\n'],
  ['in a choice', chunk({ choices: [{ index: 0, delta: {}, error: { code: 502, message: 'm' } }] })],
  ['as a finish reason alone', chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'error' }] })],
  ['as an event of its own', 'event: error\ndata: {"message":"m"}\n\n'],
  ['as an object', 'data: {"object":"error","message":"m"}\n\n'],
];

for (const [where, error] of errors) {
  test(`an error ${where} fails the stream: before content it may be tried again, after it not`, () => {
    assert.throws(() => read(error + done), fails('error_in_answer', 'retry'));
    const reader = openReader();
    reader.push(Buffer.from(textChunk('Hi')));
    assert.throws(() => reader.push(Buffer.from(error)), fails('error_in_answer', 'stop'));
  });
}

test('bytes before an error in the same piece are handed on, then it has failed', () => {
  const reader = openReader();
  const [[, error] = ['', '']] = errors;
  assert.equal(reader.push(Buffer.from(textChunk('Hi') + error + done)).toString(), textChunk('Hi'));
  assert.equal(reader.failure?.code, 'error_in_answer');
  assert.equal(reader.failure?.next, 'stop');
});

test('an error behind the finish reason leaves the answer whole, and its usage counts', () => {
  const late = chunk({ error: { code: 400, message: 'Token limit reached' }, choices: [], usage });
  const stream = textChunk('Hi') + finishChunk('length') + late + done;
  const { text, facts } = read(stream, true);
  assert.equal(text, stream);
  assert.equal(facts.finishReason, 'length');
  assert.equal(facts.usage?.output, 3);
});

test('an event that is no JSON object is malformed', () => {
  for (const data of ['{"a":', '[]', '7', 'null', '"text"']) {
    assert.throws(() => read(`data: ${data}\n\n`), fails('malformed_answer', 'target'));
  }
});

test('a null error is none', () => {
  assert.equal(read(chunk({ error: null, choices: [] }) + done).facts.finishReason, undefined);
});
