import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonArray, isJsonObject, tryParseJson, type JsonObject, type JsonValue } from '@tollgate/core';
import { createChatOverResponses } from '../../src/chat-over-responses/adapter.ts';
import { plainDialect } from '../../src/openai-compatible/adapter.ts';
import { refusal } from '../anthropic/support/translate.ts';
import { providerRequest, type RequestOptions } from '../support/provider-request.ts';

const adapter = createChatOverResponses(plainDialect);

function translate(body: JsonObject, options: RequestOptions = {}): { body: JsonObject; dropped: readonly string[] } {
  const wire = adapter.buildRequest(
    providerRequest({ ...options, body: { model: 'm', messages: [{ role: 'user', content: 'Hello' }], ...body } }),
  );
  assert.equal(wire.path, '/responses');
  const sent = tryParseJson(wire.body.toString('utf8'));
  assert.ok(isJsonObject(sent));
  return { body: sent, dropped: wire.droppedFields ?? [] };
}

const inputOf = (messages: JsonValue): JsonValue | undefined => translate({ messages }).body['input'];

test('nothing is kept at the provider, and reasoning comes along encrypted', () => {
  assert.deepEqual(translate({ stream: true }, { providerModel: 'gpt-5.6', outputCapTokens: 4096 }), {
    body: {
      model: 'gpt-5.6',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
      stream: true,
      stream_options: { include_obfuscation: false },
      max_output_tokens: 4096,
      store: false,
      include: ['reasoning.encrypted_content'],
    },
    dropped: [],
  });
});

test('messages of all roles, and parts of all kinds', () => {
  const messages = [
    { role: 'system', content: 's' },
    { role: 'developer', content: [{ type: 'text', text: 'd' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'image_url', image_url: { url: 'https://a.example/i.png', detail: 'low' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' } },
        { type: 'file', file: { file_data: 'https://a.example/b.pdf' } },
        { type: 'file', file: { file_id: 'file-1' } },
      ],
    },
    { role: 'assistant', content: 'x', refusal: 'No.' },
  ];
  assert.deepEqual(inputOf(messages), [
    { type: 'message', role: 'system', content: [{ type: 'input_text', text: 's' }] },
    { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'd' }] },
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: 'a' },
        { type: 'input_image', image_url: 'https://a.example/i.png', detail: 'low' },
        { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' },
        { type: 'input_file', file_url: 'https://a.example/b.pdf' },
        { type: 'input_file', file_id: 'file-1' },
      ],
    },
    {
      type: 'message',
      role: 'assistant',
      content: [
        { type: 'output_text', text: 'x' },
        { type: 'refusal', refusal: 'No.' },
      ],
    },
  ]);
});

const openai = { format: 'openai-responses-v1' };

test('reasoning stands before what it led to, whole as it was encrypted, and calls go by their ids', () => {
  const messages = [
    { role: 'user', content: 'q' },
    {
      role: 'assistant',
      content: null,
      reasoning_details: [
        { type: 'reasoning.summary', summary: 'Fi', id: 'rs_1', index: 0, ...openai },
        { type: 'reasoning.summary', summary: 'rst.', id: 'rs_1', index: 0, ...openai },
        { type: 'reasoning.encrypted', data: 'gA', id: 'rs_1', index: 1, ...openai },
        { type: 'reasoning.summary', summary: 'Second.', index: 2, ...openai },
        { type: 'reasoning.encrypted', data: 'gB', id: 'rs_2', index: 3, ...openai },
        { type: 'reasoning.summary', summary: 'never encrypted', id: 'rs_3', index: 4, ...openai },
        { type: 'reasoning.text', text: 'of Claude', signature: 's', format: 'anthropic-claude-v1', index: 0 },
      ],
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
        { id: 'b', type: 'custom', custom: { name: 'p', input: 'i' } },
      ],
    },
    { role: 'tool', tool_call_id: 'a', content: [{ type: 'image_url', image_url: 'https://a.example/i.png' }] },
    { role: 'tool', tool_call_id: 'b', content: 'o' },
  ];
  assert.deepEqual(inputOf(messages), [
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'q' }] },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'First.' }], encrypted_content: 'gA' },
    { type: 'reasoning', id: 'rs_2', summary: [{ type: 'summary_text', text: 'Second.' }], encrypted_content: 'gB' },
    { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
    { type: 'custom_tool_call', call_id: 'b', name: 'p', input: 'i' },
    {
      type: 'function_call_output',
      call_id: 'a',
      output: [{ type: 'input_image', image_url: 'https://a.example/i.png' }],
    },
    { type: 'custom_tool_call_output', call_id: 'b', output: 'o' },
  ]);
});

test('tools are flat, and strict only where it is said', () => {
  const { body } = translate({
    tools: [
      { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
      { type: 'function', function: { name: 'g' } },
      {
        type: 'custom',
        custom: { name: 'p', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'x' } } },
      },
    ],
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
    },
    parallel_tool_calls: false,
  });
  assert.deepEqual(body['tools'], [
    { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
    { type: 'function', name: 'g', parameters: { type: 'object', properties: {} }, strict: false },
    { type: 'custom', name: 'p', format: { type: 'grammar', syntax: 'lark', definition: 'x' } },
  ]);
  assert.deepEqual(body['tool_choice'], {
    type: 'allowed_tools',
    mode: 'required',
    tools: [{ type: 'function', name: 'f' }],
  });
  assert.equal(body['parallel_tool_calls'], false);
});

test('settings that both protocols have, under the names of each', () => {
  const schema = { name: 'n', schema: { type: 'object' }, strict: true };
  const { body, dropped } = translate(
    {
      max_completion_tokens: 500,
      reasoning_effort: 'high',
      verbosity: 'low',
      response_format: { type: 'json_schema', json_schema: schema },
      logprobs: true,
      top_logprobs: 2,
      temperature: 1,
      top_p: 0.5,
      service_tier: 'priority',
      prompt_cache_key: 'k',
      safety_identifier: 's',
      n: 1,
      store: false,
      presence_penalty: 0,
    },
    { outputCapTokens: 600 },
  );
  const { input: _input, model: _model, ...settings } = body;
  assert.deepEqual(settings, {
    temperature: 1,
    top_p: 0.5,
    safety_identifier: 's',
    prompt_cache_key: 'k',
    service_tier: 'priority',
    max_output_tokens: 500,
    reasoning: { effort: 'high' },
    text: { format: { type: 'json_schema', ...schema }, verbosity: 'low' },
    top_logprobs: 2,
    store: false,
    include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
  });
  assert.deepEqual(dropped, []);
});

test("OpenRouter's way to ask for reasoning is understood", () => {
  assert.deepEqual(translate({ reasoning: { effort: 'low', summary: 'auto' } }).body['reasoning'], {
    effort: 'low',
    summary: 'auto',
  });
  const off = translate({ reasoning: { enabled: false } });
  assert.deepEqual([off.body['reasoning'], off.dropped], [{ effort: 'none' }, []]);
});

test('a budget of thinking becomes the effort that is nearest to it, and is named', () => {
  for (const [budget, effort] of [
    [1000, 'low'],
    [5000, 'medium'],
    [9000, 'high'],
  ] as const) {
    const { body, dropped } = translate({ max_tokens: 10_000, reasoning: { max_tokens: budget } });
    assert.deepEqual([body['reasoning'], dropped], [{ effort }, ['reasoning.max_tokens']]);
  }
});

test('that a tool failed is said in words', () => {
  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
  const asked = [
    { role: 'user', content: 'q' },
    { role: 'assistant', content: null, tool_calls: [call] },
  ];
  const outputOf = (content: JsonValue): JsonValue | undefined => {
    const items = inputOf([...asked, { role: 'tool', tool_call_id: 'a', is_error: true, content }]);
    const last = isJsonArray(items) ? items.at(-1) : undefined;
    return isJsonObject(last) ? last['output'] : undefined;
  };
  assert.equal(outputOf('no such file'), 'Error: no such file');
  assert.deepEqual(outputOf([{ type: 'text', text: 'x' }]), [
    { type: 'input_text', text: 'Error:' },
    { type: 'input_text', text: 'x' },
  ]);
});

test('hints without counterpart are left out and named', () => {
  const { dropped } = translate({
    seed: 1,
    frequency_penalty: 0.5,
    presence_penalty: 0.5,
    prediction: { type: 'content', content: 'x' },
    store: true,
    novelty: 1,
    tools: [{ type: 'function', function: { name: 'f' }, cache_control: { type: 'ephemeral' } }],
    messages: [
      { role: 'user', name: 'bob', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] },
    ],
  });
  assert.deepEqual(dropped, [
    'seed',
    'frequency_penalty',
    'presence_penalty',
    'prediction',
    'store',
    'novelty',
    'messages[].name',
    'messages[].cache_control',
    'tools[].cache_control',
  ]);
});

test('what changes the answer is refused by name', () => {
  const refused: readonly (readonly [JsonObject, string])[] = [
    [{ n: 2 }, 'n'],
    [{ stop: 'x' }, 'stop'],
    [{ logit_bias: { '1': 5 } }, 'logit_bias'],
    [{ modalities: ['text', 'audio'] }, 'modalities'],
    [{ audio: { voice: 'alloy' } }, 'audio'],
    [{ web_search_options: {} }, 'web_search_options'],
    [{ functions: [{ name: 'f' }] }, 'functions'],
    [{ messages: [{ role: 'function', name: 'f', content: 'x' }] }, 'messages[0].role'],
    [{ tools: [{ type: 'web_search' }] }, 'tools[0].type'],
  ];
  for (const [body, param] of refused) {
    assert.throws(() => translate(body), refusal('unsupported_field', param), param);
  }
});

test('a cap below what the Responses API takes is refused in the words of the request', () => {
  assert.throws(() => translate({ max_tokens: 15 }), refusal('invalid_field', 'max_completion_tokens'));
  assert.equal(translate({ max_tokens: 16 }).body['max_output_tokens'], 16);
});

test('what is known of a file is said before it, and that it is to be cited is named as left out', () => {
  const file = { file_data: 'data:,', context: 'From 1999.', citations: { enabled: true } };
  const { body, dropped } = translate({ messages: [{ role: 'user', content: [{ type: 'file', file }] }] });
  const content = [
    { type: 'input_text', text: 'From 1999.' },
    { type: 'input_file', file_data: 'data:,' },
  ];
  assert.deepEqual(body['input'], [{ type: 'message', role: 'user', content }]);
  assert.deepEqual(dropped, ['messages[].content[].citations']);
});
