import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttemptError } from '@tollgate/core';
import { wireName } from '../../src/anthropic/wire-names.ts';
import { choiceOf, createdAt, readWhole } from './support/message-stream.ts';
import { chatBody, functionTool } from './support/translate.ts';

const message = (fields: object) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 7, service_tier: 'standard' },
  ...fields,
});
const choiceFor = (fields: object) => choiceOf(readWhole(message(fields)).completion);

test('a message becomes a chat completion, dated by the clock', () => {
  const { completion, facts } = readWhole(message({}));
  assert.deepEqual(completion, {
    id: 'chatcmpl-msg_1',
    object: 'chat.completion',
    created: createdAt,
    model: 'claude-sonnet-4-5-20250929',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
        native_finish_reason: 'end_turn',
      },
    ],
    usage: {
      prompt_tokens: 10,
      completion_tokens: 7,
      total_tokens: 17,
      prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
  });
  assert.equal(facts.contentSeen, true);
  assert.equal(facts.contentBytes, 2);
  assert.equal(facts.answeredModel, 'claude-sonnet-4-5-20250929');
  assert.equal(facts.serviceTier, 'default');
});

test('calls alone leave the content null, and their names are restored', () => {
  const content = [
    { type: 'tool_use', id: 'toolu_1', name: wireName('team.search'), input: { q: 'ü' } },
    { type: 'tool_use', id: 'toolu_2', name: 'plain', input: {} },
  ];
  const body = chatBody({ tools: [functionTool('team.search')] });
  const { completion } = readWhole(message({ content, stop_reason: 'tool_use' }), { body });
  assert.deepEqual(completion['choices'], [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        refusal: null,
        tool_calls: [
          { id: 'toolu_1', type: 'function', function: { name: 'team.search', arguments: '{"q":"ü"}' } },
          { id: 'toolu_2', type: 'function', function: { name: 'plain', arguments: '{}' } },
        ],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
      native_finish_reason: 'tool_use',
    },
  ]);
});

test('blocks of text are one content, with citations where they stand', () => {
  const citations = [{ type: 'web_search_result_location', url: 'https://a.example', title: 'A' }];
  const content = [
    { type: 'text', text: 'Well: ' },
    { type: 'text', text: 'so.', citations },
  ];
  assert.deepEqual(choiceFor({ content })?.['message'], {
    role: 'assistant',
    content: 'Well: so.',
    refusal: null,
    annotations: [
      { type: 'url_citation', url_citation: { url: 'https://a.example', title: 'A', start_index: 6, end_index: 9 } },
    ],
    citations,
  });
});

test('thinking is told as text and as one detail a block', () => {
  const content = [
    { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
    { type: 'redacted_thinking', data: 'secret' },
    { type: 'text', text: 'Hi' },
  ];
  const format = 'anthropic-claude-v1';
  const model = 'claude-sonnet-4-5-20250929';
  assert.deepEqual(choiceFor({ content })?.['message'], {
    role: 'assistant',
    content: 'Hi',
    refusal: null,
    reasoning_content: 'Hm.',
    reasoning_details: [
      { type: 'reasoning.text', format, index: 0, text: 'Hm.', signature: 'sig', model },
      { type: 'reasoning.encrypted', format, index: 1, data: 'secret', model },
    ],
  });
});

test('each stop reason has its finish reason', () => {
  const reasonOf = (stop_reason: unknown) => choiceFor({ stop_reason })?.['finish_reason'];
  assert.deepEqual(
    [
      'end_turn',
      'stop_sequence',
      'pause_turn',
      'max_tokens',
      'model_context_window_exceeded',
      'refusal',
      null,
      'new',
    ].map(reasonOf),
    ['stop', 'stop', 'stop', 'length', 'length', 'content_filter', 'stop', 'stop'],
  );
});

test('tool_use without a call is a stop, and a call is tool_calls whatever a server says', () => {
  assert.equal(choiceFor({ stop_reason: 'tool_use' })?.['finish_reason'], 'stop');
  const content = [{ type: 'tool_use', id: 't', name: 'f', input: {} }];
  assert.equal(choiceFor({ content, stop_reason: 'end_turn' })?.['finish_reason'], 'tool_calls');
  assert.equal(choiceFor({ content, stop_reason: 'max_tokens' })?.['finish_reason'], 'length');
});

test('missing usage is unknown, not zero', () => {
  const { completion, facts } = readWhole(message({ usage: undefined }));
  assert.equal('usage' in completion, false);
  assert.equal(facts.usage, undefined);
});

test('a 2xx that is no message fails as what it is', () => {
  const failure = (code: string, next: string) => (error: unknown) =>
    error instanceof AttemptError && error.code === code && error.next === next;
  const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
  assert.throws(() => readWhole(overloaded), failure('error_in_answer', 'retry'));
  assert.throws(() => readWhole('<html>'), failure('malformed_answer', 'target'));
  assert.throws(() => readWhole('[]'), failure('malformed_answer', 'target'));
  assert.throws(() => readWhole({ type: 'message' }), failure('malformed_answer', 'target'));
});
