import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError, isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import { openaiCompatibleAdapter } from '../../src/openai-compatible/adapter.ts';
import { plainChat } from '../../src/openai-compatible/plain-chat.ts';
import { openaiAdapter } from '../../src/openai/adapter.ts';
import { openrouterAdapter } from '../../src/openrouter/adapter.ts';
import { providerRequest } from '../support/provider-request.ts';

const openai = {
  takesTopK: false,
  takesReasoning: false,
  providerModel: 'gpt-5.6',
  knowsNoEffort: (model: string) => model === 'gpt-5.6',
};
const compatible = { ...openai, takesTopK: true, takesReasoning: true };
const cache_control = { type: 'ephemeral' };
const plain = (body: JsonObject, options = openai) => {
  const { body: said, droppedFields } = plainChat(body, options);
  return { said: tryParseJson(JSON.stringify(said)), droppedFields };
};
const messagesOf = (messages: readonly JsonObject[], options = openai): unknown => {
  const { said } = plain({ messages }, options);
  return isJsonObject(said) ? said['messages'] : undefined;
};

test('breakpoints of caches and signed reasoning are left out by name', () => {
  const details = [{ type: 'reasoning.text', text: 't', signature: 's', format: 'anthropic-claude-v1', index: 0 }];
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
  const { said, droppedFields } = plain({
    model: 'm',
    cache_control,
    tools: [{ type: 'function', function: { name: 'f' }, cache_control }],
    messages: [
      {
        role: 'system',
        content: [
          { type: 'text', text: 'A', cache_control },
          { type: 'text', text: 'B' },
        ],
      },
      { role: 'assistant', content: null, reasoning_details: details, tool_calls: [{ ...call, cache_control }] },
      { role: 'tool', tool_call_id: 'c', content: 'r', cache_control },
    ],
  });
  assert.deepEqual(said, {
    model: 'm',
    tools: [{ type: 'function', function: { name: 'f' } }],
    messages: [
      { role: 'system', content: 'A\nB' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: 'r' },
    ],
  });
  assert.deepEqual(droppedFields, ['cache_control', 'messages[].reasoning_details']);
});

test('turns that were split to keep their order are one again', () => {
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
  const messages = [
    { role: 'assistant', content: 'One.', reasoning_content: 'a' },
    { role: 'assistant', content: 'Two.', reasoning_content: 'b', tool_calls: [call] },
  ];
  assert.deepEqual(messagesOf(messages), [{ role: 'assistant', content: 'One.\nTwo.', tool_calls: [call] }]);
  assert.deepEqual(messagesOf(messages, compatible), [
    { role: 'assistant', content: 'One.\nTwo.', reasoning_content: 'a\nb', tool_calls: [call] },
  ]);
});

test('what a result holds beside text is shown by the user, behind all results and before what else is said', () => {
  const image = { type: 'image_url', image_url: { url: 'https://a.example/i.png' } };
  const messages = [
    { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'r' }, image], is_error: true },
    { role: 'tool', tool_call_id: 'c2', content: [image] },
    { role: 'user', content: 'And?' },
  ];
  assert.deepEqual(messagesOf(messages), [
    { role: 'tool', tool_call_id: 'c1', content: 'Error: r' },
    { role: 'tool', tool_call_id: 'c2', content: '(Attached below.)' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Attached to the result of c1:' },
        image,
        { type: 'text', text: 'Attached to the result of c2:' },
        image,
        { type: 'text', text: 'And?' },
      ],
    },
  ]);
});

test('texts are said, PDFs are named, and one by URL is refused', () => {
  const file = (members: JsonObject) => ({ role: 'user', content: [{ type: 'file', file: members }] });
  const pdf = 'data:application/pdf;base64,JVBERi0x';
  const context = { context: 'From the archive.', citations: { enabled: true } };
  assert.deepEqual(messagesOf([file({ file_data: 'data:text/plain;base64,SGk=', filename: 'T', ...context })]), [
    { role: 'user', content: 'T\n\nFrom the archive.\n\nHi' },
  ]);
  assert.deepEqual(messagesOf([file({ file_data: pdf, ...context })]), [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'From the archive.' },
        { type: 'file', file: { filename: 'document.pdf', file_data: pdf } },
      ],
    },
  ]);
  assert.throws(
    () => messagesOf([file({ file_data: 'https://a.example/d.pdf' })]),
    (error) => error instanceof GatewayError && error.code === 'unsupported_field' && error.param === 'messages',
  );
});

test('reasoning is asked for by effort', () => {
  const effort = (reasoning: JsonObject, providerModel = 'gpt-5.6') => {
    const { said, droppedFields } = plain({ max_tokens: 10_000, reasoning }, { ...openai, providerModel });
    return [isJsonObject(said) ? said['reasoning_effort'] : undefined, droppedFields];
  };
  assert.deepEqual(effort({ effort: 'xhigh' }), ['xhigh', []]);
  assert.deepEqual(effort({ max_tokens: 8000 }), ['high', ['reasoning.max_tokens']]);
  assert.deepEqual(effort({ max_tokens: 5000 }), ['medium', ['reasoning.max_tokens']]);
  assert.deepEqual(effort({ max_tokens: 1024 }), ['low', ['reasoning.max_tokens']]);
  assert.deepEqual(effort({ enabled: false }), ['none', []]);
  assert.deepEqual(effort({ enabled: false }, 'gpt-4o'), [undefined, ['reasoning.enabled']]);
});

test('a body that came in this protocol passes untouched, and a translated one says its cap as the model takes it', () => {
  const body = JSON.stringify({
    model: 'o3',
    max_tokens: 50,
    top_k: 5,
    messages: [{ role: 'user', content: 'Hi', cache_control }],
  });
  const request = providerRequest({ body, providerModel: 'o3' });
  assert.equal(openaiAdapter.buildRequest(request).body.toString(), body);
  const translated = { ...request, call: { ...request.call, endpoint: 'messages', outputCapTokens: 50 } } as const;
  const sent = (adapter: typeof openaiAdapter): unknown =>
    tryParseJson(adapter.buildRequest(translated).body.toString('utf8'));
  const messages = [{ role: 'user', content: 'Hi' }];
  assert.deepEqual(sent(openaiAdapter), { model: 'o3', messages, max_completion_tokens: 50 });
  assert.deepEqual(sent(openaiCompatibleAdapter), { model: 'o3', max_tokens: 50, messages, top_k: 5 });
  assert.equal(openrouterAdapter.buildRequest(translated).body.toString(), body);
  assert.deepEqual(openaiAdapter.buildRequest(translated).droppedFields, ['top_k', 'cache_control']);
});
