import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject, ProviderRequest } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import { createAnthropicAdapter } from '../../src/anthropic/adapter.ts';
import { overChat } from '../../src/base/over-chat.ts';
import { createGeminiAdapter } from '../../src/gemini/adapter.ts';
import { messagesOverChat } from '../../src/messages-over-chat/protocol.ts';
import { openaiCompatibleAdapter } from '../../src/openai-compatible/adapter.ts';
import { openaiAdapter } from '../../src/openai/adapter.ts';
import { responsesOverChat } from '../../src/responses-over-chat/protocol.ts';
import { providerRequest } from '../support/provider-request.ts';

const clock = new ManualClock();
const anthropic = createAnthropicAdapter({ clock });
const gemini = createGeminiAdapter({ clock });

const asked = (protocol: 'openai_responses' | 'anthropic_messages', body: JsonObject): ProviderRequest => {
  const request = providerRequest({ body: { model: 'm', ...body }, providerModel: 'gemini-3.6-flash' });
  const endpoint = protocol === 'openai_responses' ? 'responses' : 'messages';
  return { ...request, call: { ...request.call, protocol, endpoint } };
};

const responses = (chat: typeof gemini, body: JsonObject) =>
  overChat(chat, responsesOverChat, { clock }).buildRequest(asked('openai_responses', body));
const messages = (chat: typeof gemini, body: JsonObject) =>
  overChat(chat, messagesOverChat, { clock }).buildRequest(asked('anthropic_messages', { max_tokens: 50, ...body }));

const text = { type: 'input_text', text: 'hello' };
/** Google takes no `not`, and an answer that need not fit is no answer. */
const schema = { type: 'object', not: {} };
const url = 'https://images.example.com/a.png';

describe('a caller of Responses is told of its own fields', () => {
  const named = { type: 'function', name: 'f', parameters: { type: 'object' } };
  const cases: readonly (readonly [param: string, chat: typeof gemini, body: JsonObject])[] = [
    [
      'input[1].content[1].image_url',
      gemini,
      {
        input: [
          { role: 'assistant', content: 'Hi' },
          { role: 'user', content: [text, { type: 'input_image', image_url: url }] },
        ],
      },
    ],
    [
      'input[0].content[1]',
      anthropic,
      {
        input: [{ role: 'user', content: [text, { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } }] }],
      },
    ],
    ['top_logprobs', anthropic, { input: 'x', top_logprobs: 2 }],
    ['tools[1].name', gemini, { input: 'x', tools: [named, named] }],
    ['text.format.schema', gemini, { input: 'x', text: { format: { type: 'json_schema', name: 'a', schema } } }],
  ];
  for (const [param, chat, body] of cases) {
    test(param, () => {
      assert.throws(
        () => responses(chat, body),
        (error) => {
          assert.ok(error instanceof Error && 'param' in error);
          assert.match(String(error.param), new RegExp(`^${param.replaceAll(/[[\]]/g, '\\$&')}`));
          assert.match(error.message, new RegExp(param.replaceAll(/[[\]]/g, '\\$&')));
          assert.doesNotMatch(error.message, /messages\[|function\./);
          return true;
        },
      );
    });
  }

  test('and of those that were left out', () => {
    const file = { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' };
    const strict = { type: 'function', name: 'f', parameters: { type: 'object' }, strict: true };
    const { droppedFields } = responses(gemini, {
      input: [{ role: 'user', content: [text, file] }],
      tools: [strict],
      text: { verbosity: 'low' },
    });
    assert.deepEqual(droppedFields, ['text.verbosity', 'input[].content[].filename', 'tools[].strict']);
  });
});

describe('a caller of Messages is told of its own fields', () => {
  const image = { type: 'image', source: { type: 'url', url } };
  const use = { type: 'tool_use', id: 't', name: 'f', input: {} };
  const result = { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'x' }, image] };
  const cases: readonly (readonly [param: string, body: JsonObject])[] = [
    [
      'messages[0].content[1].source',
      { system: 'brief', messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }, image] }] },
    ],
    [
      'messages[2].content[0].content[1].source',
      {
        system: 'brief',
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', content: [use] },
          { role: 'user', content: [result] },
        ],
      },
    ],
    [
      'output_config.format.schema',
      { messages: [{ role: 'user', content: 'x' }], output_config: { format: { type: 'json_schema', schema } } },
    ],
  ];
  for (const [param, body] of cases) {
    test(param, () => {
      assert.throws(
        () => messages(gemini, body),
        (error) => {
          assert.ok(error instanceof Error && 'param' in error);
          assert.ok(String(error.param).startsWith(param), String(error.param));
          assert.ok(error.message.includes(param), error.message);
          assert.doesNotMatch(error.message, /image_url|function\./);
          return true;
        },
      );
    });
  }

  test('and of those that were left out', () => {
    const thinking = { type: 'enabled', budget_tokens: 1024 };
    const said = {
      messages: [{ role: 'user', content: 'x' }],
      thinking,
      max_tokens: 4000,
      metadata: { user_id: 'kim' },
    };
    assert.deepEqual(messages(openaiCompatibleAdapter, said).droppedFields, ['thinking.budget_tokens']);
    assert.deepEqual(messages(openaiAdapter, said).droppedFields, ['thinking.budget_tokens']);
    assert.deepEqual(messages(gemini, said).droppedFields, ['metadata.user_id']);
  });
});

test('the field that a provider names in a refusal is told as the caller wrote it, in the words of the provider', () => {
  const adapter = overChat(openaiCompatibleAdapter, responsesOverChat, { clock });
  const request = asked('openai_responses', {
    instructions: 'be brief',
    input: [
      { role: 'user', content: [text] },
      { role: 'user', content: [text, text] },
    ],
    max_output_tokens: 50,
  });
  const paramOf = (param: string): string | undefined => {
    const body = Buffer.from(JSON.stringify({ error: { message: 'no', type: 'invalid_request_error', param } }));
    const error = adapter.readError(400, {}, body);
    const { providerSaid, code, httpStatus } = adapter.renameError?.(error, request) ?? error;
    assert.deepEqual([providerSaid?.message, code, httpStatus], ['no', 'request_rejected', 400]);
    return providerSaid?.param;
  };
  assert.equal(paramOf('messages[2].content[1].text'), 'input[1].content[1].text');
  assert.equal(paramOf('messages.[2].content.[1]'), 'input[1].content[1]');
  assert.equal(paramOf('messages[0]'), 'instructions');
  assert.equal(paramOf('max_completion_tokens'), 'max_output_tokens');
  assert.equal(paramOf('temperature'), 'temperature');
});
