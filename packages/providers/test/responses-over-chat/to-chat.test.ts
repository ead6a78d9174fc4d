import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, JsonValue } from '@tollgate/core';
import { refusal } from '../anthropic/support/translate.ts';
import { asChat } from './support/say.ts';

const messagesOf = (input: JsonValue, more: JsonObject = {}): JsonValue | undefined =>
  asChat({ input, ...more }).body['messages'];

test('text and instructions become a question and what goes before it', () => {
  assert.deepEqual(messagesOf('Hello', { instructions: 'Be brief.' }), [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hello' },
  ]);
});

test('messages of all roles, and parts of all kinds', () => {
  const input = [
    { role: 'developer', content: 'd' },
    { type: 'message', role: 'system', content: [{ type: 'input_text', text: 's' }] },
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit' } },
        { type: 'input_image', image_url: 'https://a.example/i.png', detail: 'high' },
        { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'auto' },
        { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' },
        { type: 'input_file', file_url: 'https://a.example/b.pdf' },
        { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
      ],
    },
    { role: 'assistant', content: 'x' },
  ];
  assert.deepEqual(messagesOf(input), [
    { role: 'system', content: 'd' },
    { role: 'system', content: 's' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
        { type: 'image_url', image_url: { url: 'https://a.example/i.png', detail: 'high' } },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' } },
        { type: 'file', file: { file_data: 'https://a.example/b.pdf' } },
        { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
      ],
    },
    { role: 'assistant', content: 'x' },
  ]);
});

const call = (id: string, args = '{}'): JsonObject => ({
  type: 'function_call',
  id: `fc_${id}`,
  call_id: id,
  name: 'f',
  arguments: args,
  status: 'completed',
});
const output = (id: string, value: JsonValue): JsonObject => ({
  type: 'function_call_output',
  call_id: id,
  output: value,
});
const chatCall = (id: string): JsonObject => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });

test("items of the assistant that follow each other are one message, and results stand in the calls' order behind it", () => {
  const input = [
    { role: 'user', content: 'q' },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'S' }], encrypted_content: 'gAAA' },
    {
      type: 'message',
      role: 'assistant',
      id: 'msg_1',
      content: [{ type: 'output_text', text: 'Look', annotations: [] }],
    },
    call('a'),
    call('b'),
    { role: 'user', content: 'meanwhile' },
    output('b', 'B'),
    output('a', [
      { type: 'input_text', text: 'A' },
      { type: 'input_image', image_url: 'https://a.example/i.png' },
    ]),
  ];
  const detail = { id: 'rs_1', format: 'openai-responses-v1' };
  assert.deepEqual(messagesOf(input), [
    { role: 'user', content: 'q' },
    {
      role: 'assistant',
      content: 'Look',
      reasoning_details: [
        { type: 'reasoning.summary', summary: 'S', ...detail, index: 0 },
        { type: 'reasoning.encrypted', data: 'gAAA', ...detail, index: 1 },
      ],
      tool_calls: [chatCall('a'), chatCall('b')],
    },
    {
      role: 'tool',
      tool_call_id: 'a',
      content: [
        { type: 'text', text: 'A' },
        { type: 'image_url', image_url: { url: 'https://a.example/i.png' } },
      ],
    },
    { role: 'tool', tool_call_id: 'b', content: 'B' },
    { role: 'user', content: 'meanwhile' },
  ]);
});

test('calls that were answered one by one are turns of their own, though their ids come again', () => {
  const input = [{ role: 'user', content: 'q' }, call('a'), output('a', '1'), call('a'), output('a', '2')];
  assert.deepEqual(messagesOf(input), [
    { role: 'user', content: 'q' },
    { role: 'assistant', content: null, tool_calls: [chatCall('a')] },
    { role: 'tool', tool_call_id: 'a', content: '1' },
    { role: 'assistant', content: null, tool_calls: [chatCall('a')] },
    { role: 'tool', tool_call_id: 'a', content: '2' },
  ]);
});

test('custom tools, their calls and results', () => {
  const { body } = asChat({
    tools: [
      { type: 'custom', name: 'p', description: 'd', format: { type: 'grammar', syntax: 'lark', definition: 'g' } },
      { type: 'custom', name: 'q', format: { type: 'text' } },
    ],
    tool_choice: { type: 'custom', name: 'p' },
    input: [
      { role: 'user', content: 'q' },
      { type: 'custom_tool_call', call_id: 'a', name: 'p', input: 'i' },
      { type: 'custom_tool_call_output', call_id: 'a', output: 'o' },
    ],
  });
  assert.deepEqual(body['tools'], [
    {
      type: 'custom',
      custom: {
        name: 'p',
        description: 'd',
        format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'g' } },
      },
    },
    { type: 'custom', custom: { name: 'q', format: { type: 'text' } } },
  ]);
  assert.deepEqual(body['tool_choice'], { type: 'custom', custom: { name: 'p' } });
  assert.deepEqual(body['messages'], [
    { role: 'user', content: 'q' },
    { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'p', input: 'i' } }] },
    { role: 'tool', tool_call_id: 'a', content: 'o' },
  ]);
});

test('a refusal is one again, and reasoning that led to nothing is left out', () => {
  const input = [
    { role: 'user', content: 'q' },
    { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    { role: 'user', content: 'please' },
    { type: 'reasoning', summary: [], encrypted_content: 'gAAA' },
  ];
  assert.deepEqual(messagesOf(input), [
    { role: 'user', content: 'q' },
    { role: 'assistant', content: null, refusal: 'No.' },
    { role: 'user', content: 'please' },
  ]);
});

test('functions: strict only where it is said, choices of each kind, and nothing of either without tools', () => {
  const tools = [
    { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
    { type: 'function', name: 'g', parameters: null, strict: null, defer_loading: true },
  ];
  const { body, droppedFields } = asChat({ tools, parallel_tool_calls: false, tool_choice: 'required' });
  assert.deepEqual(body['tools'], [
    { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
    { type: 'function', function: { name: 'g' } },
  ]);
  assert.deepEqual([body['parallel_tool_calls'], body['tool_choice']], [false, 'required']);
  assert.deepEqual(droppedFields, ['tools[].defer_loading']);
  const choice = { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] };
  assert.deepEqual(asChat({ tools, tool_choice: choice }).body['tool_choice'], {
    type: 'allowed_tools',
    allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
  });
  const bare = asChat({ tools: [], tool_choice: 'auto', parallel_tool_calls: true }).body;
  assert.deepEqual(
    [bare['tools'], bare['tool_choice'], bare['parallel_tool_calls']],
    [undefined, undefined, undefined],
  );
});

test('settings that both protocols have, under the names of each', () => {
  const schema = { name: 'n', schema: { type: 'object' }, strict: true, description: 'd' };
  const { body, droppedFields } = asChat({
    stream: true,
    max_output_tokens: 100,
    temperature: 0,
    top_p: 0.5,
    reasoning: { effort: 'high', summary: 'auto' },
    text: { format: { type: 'json_schema', ...schema }, verbosity: 'low' },
    top_logprobs: 3,
    include: ['message.output_text.logprobs', 'reasoning.encrypted_content', 'web_search_call.results'],
    user: 'u',
    safety_identifier: 's',
    prompt_cache_key: 'k',
    service_tier: 'flex',
    metadata: { a: 'b' },
    store: false,
    background: false,
    truncation: 'disabled',
    previous_response_id: null,
  });
  assert.deepEqual(body, {
    model: 'm',
    messages: [{ role: 'user', content: 'Hello' }],
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0,
    top_p: 0.5,
    user: 'u',
    safety_identifier: 's',
    prompt_cache_key: 'k',
    service_tier: 'flex',
    max_completion_tokens: 100,
    reasoning_effort: 'high',
    verbosity: 'low',
    response_format: { type: 'json_schema', json_schema: schema },
    logprobs: true,
    top_logprobs: 3,
  });
  assert.deepEqual(droppedFields, []);
});

test('what is left out is named', () => {
  const { droppedFields } = asChat({
    store: true,
    truncation: 'auto',
    context_management: [{ type: 'compaction' }],
    reasoning: { effort: 'low', mode: 'pro' },
    include: ['message.input_image.image_url'],
    novelty: 1,
  });
  assert.deepEqual(droppedFields, [
    'store',
    'truncation',
    'context_management',
    'novelty',
    'reasoning.mode',
    'include',
  ]);
});

test('what has no counterpart is refused by name, with what to do instead', () => {
  const refusals: readonly (readonly [JsonObject, string, RegExp])[] = [
    [{ previous_response_id: 'resp_1' }, 'previous_response_id', /whole conversation in `input`/],
    [{ conversation: 'conv_1' }, 'conversation', /whole conversation in `input`/],
    [{ prompt: { id: 'p' } }, 'prompt', /`instructions`/],
    [{ background: true }, 'background', /Stream/],
    [{ input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0].type', /Send the item itself/],
    [{ input: [{ type: 'web_search_call', id: 'ws_1' }] }, 'input[0].type', /leave the item out/],
    [
      { input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] },
      'input[0].content[0].file_id',
      /image_url/,
    ],
    [
      { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] },
      'input[0].content[0].file_id',
      /file_data/,
    ],
    ...[
      'web_search',
      'file_search',
      'computer_use_preview',
      'code_interpreter',
      'mcp',
      'image_generation',
      'local_shell',
    ].map((type) => [{ tools: [{ type }] }, 'tools[0].type', /use function tools/] as const),
    [
      { tools: [{ type: 'function', name: 'f' }], tool_choice: { type: 'file_search' } },
      'tool_choice.type',
      /runs no tools of its own/,
    ],
  ];
  for (const [body, param, advice] of refusals) {
    const refused = (error: unknown): boolean =>
      refusal('unsupported_field', param)(error) && error instanceof Error && advice.test(error.message);
    assert.throws(() => asChat(body), refused, param);
  }
});

test('calls and results that do not match are refused where they stand', () => {
  const question = { role: 'user', content: 'q' };
  const wrong: readonly (readonly [readonly JsonObject[], string])[] = [
    [[question, call('a')], 'input[1].call_id'],
    [[question, output('a', 'x')], 'input[1].call_id'],
    [[question, call('a'), output('a', 'x'), output('a', 'y')], 'input[3].call_id'],
    [[question, call('a'), call('a'), output('a', 'x')], 'input[2].call_id'],
  ];
  for (const [input, param] of wrong) assert.throws(() => asChat({ input }), refusal('invalid_field', param));
});
