import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOverChat } from '../../src/messages-over-chat/protocol.ts';
import { requestFields } from '../../src/messages-over-chat/request-fields.ts';
import { chatOf, messagesCall, refusal, toChat } from './support/messages.ts';

const ephemeral = { type: 'ephemeral', ttl: '1h' };

test('settings become those of a chat completion', () => {
  const { body, droppedFields } = toChat({
    stream: true,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 5,
    stop_sequences: ['END'],
    metadata: { user_id: 'u' },
    service_tier: 'standard_only',
    cache_control: ephemeral,
    speed: 'standard',
    container: null,
  });
  assert.deepEqual(body, {
    model: 'm',
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 4096,
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.5,
    top_p: 0.9,
    top_k: 5,
    stop: ['END'],
    user: 'u',
    service_tier: 'default',
    cache_control: ephemeral,
  });
  assert.deepEqual(droppedFields, []);
});

test('what is thought, and how hard, is asked for as reasoning', () => {
  const ask = (fields: object) => {
    const { body, droppedFields } = toChat({ ...fields });
    return [body['reasoning'], droppedFields];
  };
  assert.deepEqual(ask({ thinking: { type: 'enabled', budget_tokens: 2000 } }), [{ max_tokens: 2000 }, []]);
  assert.deepEqual(ask({ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }), [{ effort: 'max' }, []]);
  assert.deepEqual(ask({ thinking: { type: 'adaptive' } }), [{ effort: 'high' }, []]);
  assert.deepEqual(ask({ output_config: { effort: 'low' } }), [{ effort: 'low' }, []]);
  assert.deepEqual(ask({ thinking: { type: 'disabled' } }), [{ enabled: false }, []]);
  assert.deepEqual(ask({ thinking: { type: 'adaptive', display: 'summarized' } }), [
    { effort: 'high', summary: 'auto' },
    [],
  ]);
  assert.deepEqual(ask({ thinking: { type: 'adaptive', display: 'omitted' } }), [
    { effort: 'high' },
    ['thinking.display'],
  ]);
  assert.deepEqual(ask({ thinking: { type: 'disabled' }, output_config: { effort: 'low' } }), [
    { enabled: false },
    ['output_config.effort'],
  ]);
});

test('a format is a strict schema, under either of its names', () => {
  const format = { type: 'json_schema', schema: { type: 'object' } };
  const wanted = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: { type: 'object' } } };
  assert.deepEqual(toChat({ output_config: { format } }).body['response_format'], wanted);
  assert.deepEqual(toChat({ output_format: format }).body['response_format'], wanted);
});

test('tools become functions, and every choice among them has its word', () => {
  const schema = { type: 'object', properties: { q: { type: 'string' } } };
  const tools = [
    { name: 'find', description: 'Finds.', input_schema: schema, strict: true, cache_control: ephemeral },
    { type: 'custom', name: 'note', input_schema: schema, eager_input_streaming: true, allowed_callers: ['direct'] },
  ];
  const { body, droppedFields } = toChat({ tools });
  assert.deepEqual(body['tools'], [
    {
      type: 'function',
      function: { name: 'find', description: 'Finds.', parameters: schema, strict: true },
      cache_control: ephemeral,
    },
    { type: 'function', function: { name: 'note', parameters: schema } },
  ]);
  assert.deepEqual(droppedFields, ['tools[].eager_input_streaming']);
  const choice = (tool_choice: object) => {
    const said = toChat({ tools, tool_choice }).body;
    return [said['tool_choice'], said['parallel_tool_calls']];
  };
  assert.deepEqual(choice({ type: 'auto' }), ['auto', undefined]);
  assert.deepEqual(choice({ type: 'any', disable_parallel_tool_use: true }), ['required', false]);
  assert.deepEqual(choice({ type: 'none' }), ['none', undefined]);
  assert.deepEqual(choice({ type: 'tool', name: 'find' }), [
    { type: 'function', function: { name: 'find' } },
    undefined,
  ]);
});

test('system blocks open the chat, their breakpoints with them', () => {
  const system = [
    { type: 'text', text: 'A' },
    { type: 'text', text: 'B', cache_control: ephemeral },
  ];
  const messages = (fields: object) => toChat({ ...fields }).body['messages'];
  assert.deepEqual(messages({ system }), [
    { role: 'system', content: system },
    { role: 'user', content: 'Hello' },
  ]);
  assert.deepEqual(messages({ system: 'A' }), [
    { role: 'system', content: 'A' },
    { role: 'user', content: 'Hello' },
  ]);
});

test('images and documents become parts, with what is said about them', () => {
  const pdf = 'JVBERi0x';
  const content = [
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0K' } },
    { type: 'image', source: { type: 'url', url: 'https://a.example/i.png' }, cache_control: ephemeral },
    {
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data: pdf },
      title: 'T',
      context: 'C',
      citations: { enabled: true },
    },
    { type: 'document', source: { type: 'url', url: 'https://a.example/d.pdf' } },
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Hi' } },
    { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'Hi' }] } },
    { type: 'search_result', source: 'https://s.example', title: 'S', content: [{ type: 'text', text: 'found' }] },
  ];
  const [message] = chatOf([{ role: 'user', content }]);
  const text = 'data:text/plain;base64,SGk=';
  assert.deepEqual(message?.['content'], [
    { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0K' } },
    { type: 'image_url', image_url: { url: 'https://a.example/i.png' }, cache_control: ephemeral },
    {
      type: 'file',
      file: {
        filename: 'T',
        file_data: `data:application/pdf;base64,${pdf}`,
        context: 'C',
        citations: { enabled: true },
      },
    },
    { type: 'file', file: { file_data: 'https://a.example/d.pdf' } },
    { type: 'file', file: { file_data: text } },
    { type: 'file', file: { file_data: text } },
    { type: 'text', text: 'S (https://s.example)\n\nfound' },
  ]);
});

test('results of tools are messages ahead of what else the user says, failures and images included', () => {
  const image = { type: 'image', source: { type: 'url', url: 'https://a.example/i.png' } };
  const use = (id: string) => ({ type: 'tool_use', id, name: 'f', input: { a: 1 } });
  const messages = [
    { role: 'assistant', content: [{ type: 'text', text: 'Well.' }, use('t1'), use('t2')] },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 't2', content: [{ type: 'text', text: 'r' }, image], is_error: true },
        { type: 'text', text: 'And?' },
        { type: 'tool_result', tool_use_id: 't1', cache_control: ephemeral },
      ],
    },
  ];
  const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{"a":1}' } });
  assert.deepEqual(chatOf(messages), [
    { role: 'assistant', content: 'Well.', tool_calls: [call('t1'), call('t2')] },
    {
      role: 'tool',
      tool_call_id: 't2',
      content: [
        { type: 'text', text: 'r' },
        { type: 'image_url', image_url: { url: 'https://a.example/i.png' } },
      ],
      is_error: true,
    },
    { role: 'tool', tool_call_id: 't1', content: '', cache_control: ephemeral },
    { role: 'user', content: 'And?' },
  ]);
});

test('thinking goes back with its signature, in the order in which it stood', () => {
  const thought = (thinking: string) => ({ type: 'thinking', thinking, signature: `sig ${thinking}` });
  const content = [
    thought('a'),
    { type: 'redacted_thinking', data: 'secret' },
    { type: 'text', text: 'One.' },
    thought('b'),
    { type: 'text', text: 'Two.' },
    { type: 'tool_use', id: 't', name: 'f', input: {} },
  ];
  const format = 'anthropic-claude-v1';
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'r' }] };
  assert.deepEqual(chatOf([{ role: 'assistant', content }, result]).slice(0, 2), [
    {
      role: 'assistant',
      content: 'One.',
      reasoning_details: [
        { type: 'reasoning.text', format, index: 0, text: 'a', signature: 'sig a' },
        { type: 'reasoning.encrypted', format, index: 1, data: 'secret' },
      ],
    },
    {
      role: 'assistant',
      content: 'Two.',
      reasoning_details: [{ type: 'reasoning.text', format, index: 0, text: 'b', signature: 'sig b' }],
      tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '{}' } }],
    },
  ]);
});

test('every refused field is refused by name, and every other unknown one is named as dropped', () => {
  for (const [name, fate] of Object.entries(requestFields)) {
    if (fate === 'refused') {
      assert.throws(() => toChat({ [name]: 'x' }), refusal('unsupported_field', name));
      assert.deepEqual(toChat({ [name]: null }).droppedFields, []);
    }
    if (fate === 'dropped') assert.deepEqual(toChat({ [name]: {} }).droppedFields, [name]);
  }
  assert.deepEqual(toChat({ future_field: 1, metadata: { team: 'x' } }).droppedFields, [
    'future_field',
    'metadata.team',
  ]);
});

const user = (...content: readonly object[]) => ({ messages: [{ role: 'user', content }] });
const tool = { name: 'f', input_schema: { type: 'object' } };

for (const [code, param, fields] of [
  ['missing_field', 'max_tokens', { max_tokens: null }],
  ['unsupported_field', 'max_tokens', { max_tokens: 0 }],
  ['invalid_field', 'max_tokens', { max_tokens: 1.5 }],
  ['invalid_field', 'temperature', { temperature: 1.5 }],
  ['invalid_field', 'messages', { messages: [] }],
  ['invalid_field', 'messages[0].role', { messages: [{ role: 'tool', content: 'x' }] }],
  ['invalid_field', 'messages[0].content[0].text', user({ type: 'text' })],
  ['unsupported_field', 'messages[0].content[0].type', user({ type: 'container_upload', file_id: 'f' })],
  ['unsupported_field', 'messages[0].content[0].source.file_id', user({ type: 'image', source: { type: 'file' } })],
  [
    'invalid_field',
    'messages[0].content[0].source.data',
    user({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'a b' } }),
  ],
  [
    'unsupported_field',
    'messages[0].content[0].type',
    {
      messages: [{ role: 'assistant', content: [{ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }] }],
    },
  ],
  ['unsupported_field', 'tools[0].type', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
  [
    'unsupported_field',
    'tools[0].allowed_callers',
    { tools: [{ ...tool, allowed_callers: ['code_execution_20250825'] }] },
  ],
  ['invalid_field', 'tools[1].name', { tools: [tool, tool] }],
  ['invalid_field', 'tool_choice.type', { tools: [tool], tool_choice: { type: 'all' } }],
  ['invalid_field', 'thinking.type', { thinking: { type: 'hard' } }],
  ['invalid_field', 'thinking.budget_tokens', { thinking: { type: 'enabled', budget_tokens: 10 } }],
  ['invalid_field', 'output_config.effort', { output_config: { effort: 'huge' } }],
  ['invalid_field', 'output_config.format.type', { output_config: { format: { type: 'xml' } } }],
  ['unsupported_field', 'service_tier', { service_tier: 'flex' }],
] as const) {
  test(`${param} is refused as ${code}: ${JSON.stringify(fields).slice(0, 60)}`, () => {
    assert.throws(() => toChat(fields), refusal(code, param));
  });
}

test('calls and results that do not match are refused', () => {
  const called = { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] };
  const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'r' });
  const at = (param: string, ...messages: readonly object[]) =>
    assert.throws(() => chatOf(messages), refusal('invalid_field', param));
  at('messages[0].content[0]', called, { role: 'user', content: 'Hello' });
  at('messages[1].content[1].tool_use_id', called, { role: 'user', content: [result('t'), result('t')] });
  at('messages[1].content[0].tool_use_id', called, { role: 'user', content: [result('u')] });
  at('messages[0].content[0].tool_use_id', { role: 'user', content: [result('t')] });
  const twice = { role: 'assistant', content: [...called.content, ...called.content] };
  at('messages[0].content[1].id', twice);
});

test('the same call always becomes the same chat', () => {
  const call = messagesCall({ system: 'A' });
  assert.deepEqual(messagesOverChat.toChat(call), messagesOverChat.toChat(call));
});
