import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tollgate/core';
import { openaiAdapter } from '../../src/openai/adapter.ts';
import { providerRequest } from '../support/provider-request.ts';

const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
const messages = [{ role: 'user', content: 'Hello' }];

const pathOf = (providerModel: string, more: JsonObject): string =>
  openaiAdapter.buildRequest(providerRequest({ providerModel, body: { model: 'm', messages, ...more } })).path;

test('tools with reasoning go to the Responses API where the model serves them there alone', () => {
  const cases: readonly (readonly [string, JsonObject, string])[] = [
    ['gpt-5.6', { tools }, '/responses'],
    ['gpt-6-astra', { tools }, '/responses'],
    ['gpt-6.1-sol', { tools, reasoning_effort: 'low' }, '/responses'],
    ['gpt-5.4-mini', { tools, reasoning_effort: 'high' }, '/responses'],
    ['gpt-5.4', { tools, reasoning: { max_tokens: 2000 } }, '/responses'],
    ['gpt-5.4', { tools }, '/chat/completions'],
    ['gpt-5.4', { tools, reasoning_effort: 'none' }, '/chat/completions'],
    ['gpt-5.6', { tools, reasoning_effort: 'none' }, '/chat/completions'],
    ['gpt-5.6', { tools, reasoning: { enabled: false } }, '/chat/completions'],
    ['gpt-5.4', { tools, reasoning: { max_tokens: 2000 } }, '/responses'],
    ['gpt-5.6', { tools: [] }, '/chat/completions'],
    ['gpt-5.6', {}, '/chat/completions'],
    ['gpt-5.6-chat-latest', { tools }, '/chat/completions'],
    ['gpt-5.2', { tools, reasoning_effort: 'high' }, '/chat/completions'],
    ['gpt-5-2025-08-07', { tools }, '/chat/completions'],
    ['gpt-4o', { tools }, '/chat/completions'],
    ['o3', { tools }, '/chat/completions'],
  ];
  for (const [model, more, path] of cases) assert.equal(pathOf(model, more), path, `${model} ${JSON.stringify(more)}`);
});

test('models without chat completions are asked by the Responses API for everything', () => {
  for (const model of [
    'gpt-5-pro',
    'gpt-5.2-codex',
    'gpt-5.1-codex-mini',
    'o1-pro',
    'codex-mini-latest',
    'o3-deep-research',
  ]) {
    assert.equal(pathOf(model, {}), '/responses', model);
  }
});

test('a message whose thinking is asked for goes where thinking is given', () => {
  const pathOfMessage = (providerModel: string, more: JsonObject, outputCapTokens = 4000): string => {
    const request = providerRequest({ providerModel, outputCapTokens, body: { model: 'm', messages, ...more } });
    return openaiAdapter.buildRequest({ ...request, call: { ...request.call, endpoint: 'messages' } }).path;
  };
  const thinking = { reasoning: { max_tokens: 2000 } };
  for (const model of ['gpt-5-mini', 'gpt-6-astra', 'o3']) {
    assert.equal(pathOfMessage(model, thinking), '/responses', model);
    assert.equal(pathOf(model, thinking), '/chat/completions', `a chat completion of ${model} asks for none`);
  }
  assert.equal(pathOfMessage('gpt-5-mini', { reasoning: { effort: 'high' } }), '/responses');
  assert.equal(pathOfMessage('gpt-5-mini', {}), '/chat/completions');
  assert.equal(pathOfMessage('gpt-5.1', { reasoning: { enabled: false } }), '/chat/completions');
  assert.equal(pathOfMessage('gpt-4o', thinking), '/chat/completions');
  assert.equal(pathOfMessage('gpt-5-chat-latest', thinking), '/chat/completions');
  assert.equal(pathOfMessage('gpt-5-mini', { ...thinking, stop: ['x'] }), '/chat/completions');
  assert.equal(pathOfMessage('gpt-5-mini', thinking, 15), '/chat/completions');
});

const reasoned = {
  role: 'assistant',
  content: 'a',
  reasoning_details: [{ type: 'reasoning.encrypted', data: 'g', id: 'rs_1', format: 'openai-responses-v1', index: 0 }],
};
const richResult = [
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
  },
  { role: 'tool', tool_call_id: 'c', content: [{ type: 'image_url', image_url: { url: 'https://a.example/i.png' } }] },
];

test('reasoning that came from there goes back there, and so do results that are more than text', () => {
  assert.equal(pathOf('gpt-5', { messages: [...messages, reasoned, ...messages] }), '/responses');
  assert.equal(pathOf('gpt-4o', { messages: [...messages, ...richResult] }), '/responses');
});

test('where the request holds what the Responses API cannot say, it stays with chat completions if it can', () => {
  const conversation = [...messages, reasoned, ...messages];
  assert.equal(pathOf('gpt-4o', { messages: conversation, stop: ['x'] }), '/chat/completions');
  assert.equal(pathOf('gpt-4o', { messages: conversation, stop: [] }), '/responses');
});
