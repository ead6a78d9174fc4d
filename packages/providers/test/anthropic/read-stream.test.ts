import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wireName } from '../../src/anthropic/wire-names.ts';
import {
  block,
  chunksOf,
  createdAt,
  deltasOf,
  event,
  readStream,
  started,
  stopped,
  textBlock,
  toolBlock,
} from './support/message-stream.ts';
import { chatBody, functionTool } from './support/translate.ts';

const frame = { id: 'chatcmpl-msg_1', object: 'chat.completion.chunk', created: createdAt, model: 'claude-sonnet-4-5' };
const ping = event('ping');

test('a stream of text becomes chunks with the role first, the finish last, and [DONE]', () => {
  const { text, error } = readStream(started() + ping + textBlock(0, 'Hel', 'lo') + stopped('end_turn'));
  assert.equal(error, undefined);
  const choice = (delta: object) => [{ index: 0, delta, logprobs: null, finish_reason: null }];
  assert.deepEqual(chunksOf(text), [
    { ...frame, choices: choice({ role: 'assistant', content: 'Hel' }) },
    { ...frame, choices: choice({ content: 'lo' }) },
    {
      ...frame,
      choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop', native_finish_reason: 'end_turn' }],
    },
  ]);
  assert.ok(text.endsWith('data: [DONE]\n\n'));
});

test('the chunk with usage comes only where it was asked for, and null stands before it', () => {
  const stream = started() + textBlock(0, 'Hi') + stopped('end_turn');
  const asked = chunksOf(readStream(stream, { wantsStreamUsage: true }).text);
  assert.deepEqual(
    asked.map((chunk) => chunk['usage']),
    [
      null,
      null,
      {
        prompt_tokens: 10,
        completion_tokens: 7,
        total_tokens: 17,
        prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    ],
  );
  assert.deepEqual(asked.at(-1)?.['choices'], []);
  assert.ok(chunksOf(readStream(stream).text).every((chunk) => !('usage' in chunk)));
});

test('nothing is said and no content seen before the first content', () => {
  const start = event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  const { text, facts, error } = readStream(started() + ping + start + ping);
  assert.equal(text, '');
  assert.equal(facts.contentSeen, false);
  assert.equal(facts.contentBytes, 0);
  assert.equal(error?.code, 'connection_reset');
  assert.equal(error?.next, 'retry');
});

test('tool calls are counted among themselves, and their arguments come in pieces', () => {
  const stream =
    started() +
    textBlock(0, 'Wait.') +
    toolBlock(1, 'toolu_1', '', '{"a"', ':1}') +
    toolBlock(2, 'toolu_2') +
    stopped('tool_use');
  const { text, facts } = readStream(stream);
  const start = (index: number, id: string) => ({
    tool_calls: [{ index, id, type: 'function', function: { name: 'lookup', arguments: '' } }],
  });
  const piece = (index: number, args: string) => ({ tool_calls: [{ index, function: { arguments: args } }] });
  assert.deepEqual(deltasOf(text), [
    { role: 'assistant', content: 'Wait.' },
    start(0, 'toolu_1'),
    piece(0, '{"a"'),
    piece(0, ':1}'),
    start(1, 'toolu_2'),
    piece(1, '{}'),
    {},
  ]);
  assert.equal(facts.finishReason, 'tool_calls');
  assert.equal(facts.contentBytes, 'Wait.{"a":1}{}'.length);
});

test('a call whose input stands in its start, and one that is never stopped, are whole', () => {
  const content_block = { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } };
  const unstopped = started() + event('content_block_start', { index: 0, content_block }) + stopped('tool_use');
  assert.deepEqual(deltasOf(readStream(unstopped).text)[1], {
    tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }],
  });
});

test('the caller’s own name of a tool is restored', () => {
  const name = 'team.search';
  const content_block = { type: 'tool_use', id: 't', name: wireName(name), input: {} };
  const body = chatBody({ tools: [functionTool(name)] });
  const { text } = readStream(started() + block(0, content_block) + stopped('tool_use'), { body });
  assert.ok(text.includes(`"name":"${name}"`));
});

test('thinking is told as text and as details that can be sent back', () => {
  const thinking = [
    { type: 'thinking_delta', thinking: 'Let me ' },
    { type: 'thinking_delta', thinking: 'see.' },
    { type: 'signature_delta', signature: 'sig' },
  ];
  const stream =
    started() +
    block(0, { type: 'thinking', thinking: '', signature: '' }, thinking) +
    block(1, { type: 'redacted_thinking', data: 'secret' }) +
    textBlock(2, 'Hi') +
    stopped('end_turn');
  const { text, facts } = readStream(stream);
  const detail = (more: object) => ({ reasoning_details: [{ format: 'anthropic-claude-v1', ...more }] });
  const model = 'claude-sonnet-4-5';
  assert.deepEqual(deltasOf(text), [
    {
      role: 'assistant',
      content: '',
      reasoning_content: 'Let me ',
      ...detail({ type: 'reasoning.text', index: 0, text: 'Let me ' }),
    },
    { reasoning_content: 'see.', ...detail({ type: 'reasoning.text', index: 0, text: 'see.' }) },
    detail({ type: 'reasoning.text', index: 0, signature: 'sig', model }),
    detail({ type: 'reasoning.encrypted', index: 1, data: 'secret', model }),
    { content: 'Hi' },
    {},
  ]);
  assert.equal(facts.contentBytes, 'Let me see.Hi'.length);
});

test('citations are told as Anthropic says them, those of web pages as annotations of the text so far too', () => {
  const citation = { type: 'web_search_result_location', url: 'https://a.example', title: 'A', cited_text: 'x' };
  const place = { type: 'char_location', document_index: 0 };
  const deltas = [
    { type: 'text_delta', text: 'It is so.' },
    { type: 'citations_delta', citation },
    { type: 'citations_delta', citation: place },
  ];
  const stream =
    started() + textBlock(0, 'Well: ') + block(1, { type: 'text', text: '' }, deltas) + stopped('end_turn');
  const url_citation = { url: 'https://a.example', title: 'A', start_index: 6, end_index: 15 };
  assert.deepEqual(deltasOf(readStream(stream).text).slice(1, 4), [
    { content: 'It is so.', text_index: 1 },
    { annotations: [{ type: 'url_citation', url_citation }], citations: [citation] },
    { citations: [place] },
  ]);
});

test('blocks and deltas of kinds that are not known are passed over', () => {
  const stream =
    started() +
    block(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }, [
      { type: 'input_json_delta', partial_json: '{"q":1}' },
    ]) +
    block(1, { type: 'text', text: '' }, [{ type: 'future_delta' }, { type: 'text_delta', text: 'Hi' }]) +
    event('future_event') +
    stopped('end_turn');
  assert.deepEqual(deltasOf(readStream(stream).text), [{ role: 'assistant', content: 'Hi' }, {}]);
});

test('a refusal is told in the provider’s words, and finishes as filtered content', () => {
  const stop_details = { type: 'refusal', category: 'cyber', explanation: 'Blocked.' };
  const { text, facts } = readStream(started() + stopped('refusal', { stop_details }));
  assert.deepEqual(deltasOf(text), [{ role: 'assistant', content: '', refusal: 'Blocked.' }, {}]);
  assert.equal(facts.finishReason, 'content_filter');
});

test('an error before content can be met by another attempt, and one after it ends the answer', () => {
  const overloaded = event('error', { error: { details: null, type: 'overloaded_error', message: 'Overloaded' } });
  const early = readStream(started() + ping + overloaded);
  assert.deepEqual([early.text, early.error?.code, early.error?.next], ['', 'error_in_answer', 'retry']);
  const late = readStream(started() + textBlock(0, 'Hi') + overloaded);
  assert.deepEqual([late.error?.code, late.error?.next, late.error?.billing], ['error_in_answer', 'stop', 'possible']);
  assert.deepEqual(deltasOf(late.text), [{ role: 'assistant', content: 'Hi' }]);
  assert.ok(!late.text.includes('[DONE]'));
});

test('a stream that ends before message_stop was cut, even behind the stop reason', () => {
  const delta = event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } });
  const { text, error } = readStream(started() + textBlock(0, 'Hi') + delta);
  assert.equal(error?.code, 'cut');
  assert.ok(!text.includes('finish_reason":"stop"'));
});

test('output is unknown until it is counted, and the input is known from the start', () => {
  const usage = { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 };
  const { facts } = readStream(started({ usage }) + textBlock(0, 'Hi'));
  assert.equal(facts.usage, undefined);
  assert.ok('inputUsage' in facts);
  assert.deepEqual(facts.inputUsage, {
    inputUncached: 10,
    cacheRead: 5,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    inputAudio: 0,
    output: 0,
    reasoning: 0,
    outputAudio: 0,
    images: 0,
    units: 0,
  });
});

test('an answer that ends without a count of its output has no usage to charge by', () => {
  const stop = event('message_delta', { delta: { stop_reason: 'end_turn' } }) + event('message_stop');
  const { text, facts } = readStream(started() + textBlock(0, 'Hi') + stop, { wantsStreamUsage: true });
  assert.equal(facts.usage, undefined);
  assert.equal(facts.finishReason, 'stop');
  assert.ok(!text.includes('prompt_tokens'));
});

test('what is no stream of a message is malformed', () => {
  const cases = [
    'data: nonsense\n\n',
    'data: [DONE]\n\n',
    event('message_start'),
    textBlock(0, 'Hi') + stopped('end_turn'),
    event('message_stop'),
    started() + event('content_block_delta', { index: 3, delta: { type: 'text_delta', text: 'x' } }),
    started() + event('content_block_start', { index: 0 }),
  ];
  for (const stream of cases) assert.equal(readStream(stream).error?.code, 'malformed_answer', stream);
});

test('an error event that is no JSON is an error all the same', () => {
  assert.equal(readStream(started() + 'event: error\ndata: gateway timeout\n\n').error?.code, 'error_in_answer');
});
