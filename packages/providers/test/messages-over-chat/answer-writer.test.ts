import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttemptError, isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';
import { messagesOverChat } from '../../src/messages-over-chat/protocol.ts';
import { assertMessageStream, eventsOf } from './support/event-grammar.ts';
import { answerContext, chatOf, type Overrides } from './support/messages.ts';

const chunk = (delta: JsonObject, more: JsonObject = {}): JsonObject => ({
  id: 'gen-1',
  model: 'm-1',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});
const finish = (reason: string, more: JsonObject = {}): JsonObject => chunk({}, { finish_reason: reason, ...more });
const piece = (index: number, text: string, more: JsonObject = {}): JsonObject => ({
  tool_calls: [{ index, ...more, function: { arguments: text } }],
});
const opening = (index: number, id: string, name = 'f'): JsonObject => ({
  tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }],
});

/** The events that the chunks become; every one of these streams keeps the grammar. */
function write(chunks: readonly JsonObject[], request: Overrides = {}): readonly JsonObject[] {
  const writer = messagesOverChat.createAnswerWriter(answerContext(request));
  const events = eventsOf(Buffer.concat([...chunks.map((each) => writer.chunk(each)), writer.end()]));
  assertMessageStream(events);
  return events;
}

/** Blocks in order, each as its type and the texts of its deltas. */
function blocksOf(events: readonly JsonObject[]): readonly (readonly unknown[])[] {
  const blocks: unknown[][] = [];
  for (const { type, content_block: block, delta } of events) {
    if (type === 'content_block_start' && isJsonObject(block)) blocks.push([block['type']]);
    if (type !== 'content_block_delta' || !isJsonObject(delta)) continue;
    blocks
      .at(-1)
      ?.push(delta['text'] ?? delta['thinking'] ?? delta['partial_json'] ?? delta['signature'] ?? delta['citation']);
  }
  return blocks;
}

const stopOf = (events: readonly JsonObject[]): JsonObject => {
  const delta = events.at(-2)?.['delta'];
  assert.ok(isJsonObject(delta));
  return delta;
};

test('nothing is said until there is content', () => {
  const writer = messagesOverChat.createAnswerWriter(answerContext());
  assert.equal(writer.chunk(chunk({ role: 'assistant', content: '' })).length, 0);
  assert.deepEqual(
    eventsOf(writer.chunk(chunk({ content: 'Hi' }))).map(({ type }) => type),
    ['message_start', 'content_block_start', 'content_block_delta'],
  );
});

test('thinking, text and calls become blocks in the order in which they came', () => {
  const events = write([
    chunk({ reasoning_content: 'Hm' }),
    chunk({ reasoning_content: '.' }),
    chunk({ content: 'So' }),
    chunk({ content: ':' }),
    chunk(opening(0, 'call_1')),
    chunk(piece(0, '{"a"')),
    chunk(piece(0, ':1}')),
    finish('tool_calls'),
  ]);
  const [thinking, ...rest] = blocksOf(events);
  assert.deepEqual(thinking?.slice(0, 3), ['thinking', 'Hm', '.']);
  assert.deepEqual(rest, [
    ['text', 'So', ':'],
    ['tool_use', '{"a"', ':1}'],
  ]);
  assert.equal(stopOf(events)['stop_reason'], 'tool_use');
});

test('parallel calls whose pieces come in turns are written one after the other', () => {
  const events = write([
    chunk(opening(0, 'call_1')),
    chunk(piece(0, '{"a":')),
    chunk(opening(1, 'call_2')),
    chunk(piece(1, '{"b":2}')),
    chunk(piece(0, '1}')),
    chunk(opening(2, 'call_3')),
    finish('tool_calls'),
  ]);
  assert.deepEqual(blocksOf(events), [['tool_use', '{"a":', '1}'], ['tool_use', '{"b":2}'], ['tool_use']]);
});

test('calls that all count as the first, that have no id or the id of another, stay apart', () => {
  const events = write([
    chunk({
      tool_calls: [
        { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } },
        { index: 0, id: 'b', function: { name: 'g', arguments: { x: 1 } } },
        { index: 1, function: { name: 'h', arguments: '{}' } },
        { index: 2, id: 'a', function: { name: 'i', arguments: '{}' } },
      ],
    }),
    finish('stop'),
  ]);
  const names = events.flatMap(({ content_block: block }) => (isJsonObject(block) ? [block['name']] : []));
  assert.deepEqual(names, ['f', 'g', 'h', 'i']);
  assert.equal(stopOf(events)['stop_reason'], 'tool_use');
});

test('an id that Anthropic forbids is shown as one that it allows, and comes back as it was', () => {
  for (const id of ['functions.lookup:0', 'ä', 'call_1', 'toolu_tg_x']) {
    const events = write([chunk(opening(0, id)), chunk(piece(0, '{}')), finish('tool_calls')]);
    const start = events[1]?.['content_block'];
    assert.ok(isJsonObject(start));
    const [assistant, result] = chatOf([
      { role: 'assistant', content: [start] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: start['id'], content: 'r' }] },
    ]);
    const calls = assistant?.['tool_calls'];
    assert.ok(isJsonArray(calls) && isJsonObject(calls[0]));
    assert.deepEqual([calls[0]['id'], result?.['tool_call_id']], [id, id]);
  }
});

test('signed and encrypted thinking of Anthropic is shown as it is, that of others comes back as it was', () => {
  const details = [
    { type: 'reasoning.text', text: 'a', signature: 's', format: 'anthropic-claude-v1', index: 0 },
    { type: 'reasoning.encrypted', data: 'd', format: 'anthropic-claude-v1', index: 1 },
    { type: 'reasoning.summary', summary: 'b', format: 'openai-responses-v1', id: 'rs_1', index: 2 },
    { type: 'reasoning.encrypted', data: 'e', format: 'openai-responses-v1', id: 'rs_1', index: 3 },
    { type: 'reasoning.text', text: 'c', signature: 't', format: 'google-gemini-v1', index: 4 },
  ];
  const message = { role: 'assistant', content: 'Hi', reasoning_details: details };
  const completion = { id: 'gen-1', model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] };
  const whole = messagesOverChat.writeWhole(completion, answerContext());
  assert.ok(isJsonArray(whole['content']));
  assert.deepEqual(whole['content'].slice(0, 2), [
    { type: 'thinking', thinking: 'a', signature: 's' },
    { type: 'redacted_thinking', data: 'd' },
  ]);
  const [back] = chatOf([{ role: 'assistant', content: whole['content'] }]);
  assert.deepEqual(back?.['reasoning_details'], details);
  const plain = messagesOverChat.writeWhole(
    { choices: [{ message: { reasoning: 'Hm', content: 'Hi' }, finish_reason: 'stop' }] },
    answerContext(),
  );
  const [again] = chatOf([{ role: 'assistant', content: plain['content'] }]);
  assert.equal(again?.['reasoning_content'], 'Hm');
});

test('white space alone is no block, before calls and at the end', () => {
  const events = write([
    chunk({ content: '\n\n' }),
    chunk(opening(0, 'call_1')),
    chunk(piece(0, '{}')),
    chunk({ content: ' ' }),
    finish('tool_calls'),
  ]);
  assert.deepEqual(blocksOf(events), [['tool_use', '{}']]);
});

test('cited web pages stand at the text, and Anthropic’s own citations as they are', () => {
  const url_citation = { url: 'https://a.example', title: 'A', start_index: 0, end_index: 2 };
  const place = { type: 'page_location', document_index: 0, cited_text: 'x' };
  const web = {
    type: 'web_search_result_location',
    url: 'https://a.example',
    title: 'A',
    cited_text: '',
    encrypted_index: '',
  };
  const events = write([
    chunk({ content: 'Hi' }),
    chunk({ annotations: [{ type: 'url_citation', url_citation }] }),
    chunk({ content: 'so', text_index: 1 }),
    chunk({ citations: [place], annotations: [{ type: 'url_citation', url_citation }] }),
    finish('stop'),
  ]);
  assert.deepEqual(blocksOf(events), [
    ['text', 'Hi', web],
    ['text', 'so', place],
  ]);
});

test('reasons to stop have their words', () => {
  const reason = (reasonOfChat: string, more: JsonObject = {}, request: Overrides = {}) => {
    const { stop_reason, stop_sequence } = stopOf(
      write([chunk({ content: 'Hi' }), finish(reasonOfChat, more)], request),
    );
    return [stop_reason, stop_sequence];
  };
  assert.deepEqual(reason('stop'), ['end_turn', null]);
  assert.deepEqual(reason('length'), ['max_tokens', null]);
  assert.deepEqual(reason('content_filter'), ['refusal', null]);
  assert.deepEqual(reason('tool_calls'), ['end_turn', null]);
  assert.deepEqual(reason('tool_calls', { native_finish_reason: 'MAX_TOKENS' }), ['max_tokens', null]);
  assert.deepEqual(reason('stop', { native_finish_reason: 'pause_turn' }), ['pause_turn', null]);
  assert.deepEqual(reason('stop', { stop_reason: 'END' }, { stop_sequences: ['END'] }), ['stop_sequence', 'END']);
  assert.deepEqual(reason('stop', { stop_reason: 128_009 }), ['end_turn', null]);
  assert.deepEqual(reason('stop', { native_finish_reason: 'stop_sequence', stop_sequence: 'X' }), [
    'stop_sequence',
    'X',
  ]);
});

test('a refusal is text and the reason to stop', () => {
  const events = write([chunk({ refusal: 'I ' }), chunk({ refusal: 'cannot.' }), finish('stop')]);
  assert.deepEqual(blocksOf(events), [['text', 'I cannot.']]);
  assert.deepEqual(stopOf(events)['stop_reason'], 'refusal');
  assert.deepEqual(stopOf(events)['stop_details'], { type: 'refusal', category: null, explanation: 'I cannot.' });
});

test('input is estimated first, and counted without the cache at the end', () => {
  const usage = {
    prompt_tokens: 100,
    completion_tokens: 7,
    prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 30, cache_write_1h_tokens: 10 },
    completion_tokens_details: { reasoning_tokens: 5 },
  };
  const events = write([chunk({ content: 'Hi' }), finish('stop'), { choices: [], usage }]);
  const started = events[0]?.['message'];
  assert.ok(isJsonObject(started) && isJsonObject(started['usage']));
  assert.equal(started['usage']['input_tokens'], Math.ceil(answerContext().call.body.raw.length / 4));
  assert.deepEqual(events.at(-2)?.['usage'], {
    input_tokens: 30,
    cache_creation_input_tokens: 30,
    cache_read_input_tokens: 40,
    cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 },
    output_tokens: 7,
    output_tokens_details: { thinking_tokens: 5 },
    server_tool_use: null,
  });
});

test('an answer of nothing is a message without content', () => {
  assert.deepEqual(
    write([finish('stop')]).map(({ type }) => type),
    ['message_start', 'message_delta', 'message_stop'],
  );
});

test('arguments that never become whole fail before they fill the memory', () => {
  const writer = messagesOverChat.createAnswerWriter(answerContext());
  writer.chunk(chunk(opening(0, 'call_1')));
  const large = chunk(piece(0, 'x'.repeat(1 << 20)));
  assert.throws(
    () => {
      for (let count = 0; count < 40; count += 1) writer.chunk(large);
    },
    (error) => error instanceof AttemptError && error.code === 'answer_too_large',
  );
});

test('a whole completion becomes a whole message', () => {
  const completion = {
    id: 'chatcmpl-1',
    model: 'm-1',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Hi',
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
            { id: 'c2', type: 'function', function: { name: 'g', arguments: '{"a' } },
          ],
        },
        finish_reason: 'length',
      },
    ],
    usage: { prompt_tokens: 5, completion_tokens: 3 },
  };
  const { usage, ...message } = messagesOverChat.writeWhole(completion, answerContext());
  assert.deepEqual(message, {
    id: 'msg_req0f1e',
    type: 'message',
    role: 'assistant',
    model: 'm-1',
    content: [
      { type: 'text', text: 'Hi' },
      { type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } },
      { type: 'tool_use', id: 'c2', name: 'g', input: { raw_arguments: '{"a' } },
    ],
    stop_reason: 'max_tokens',
    stop_sequence: null,
    stop_details: null,
    container: null,
  });
  assert.ok(isJsonObject(usage));
  assert.deepEqual([usage['input_tokens'], usage['output_tokens']], [5, 3]);
});
