import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { checkResponseStream, framesOf } from './support/check-grammar.ts';
import { asChat, chunkOf, finishOf, sayChunks, sayWhole } from './support/say.ts';

const outputOf = (response: JsonObject): readonly JsonObject[] => {
  assert.ok(isJsonArray(response['output']));
  return response['output'].filter(isJsonObject);
};

const said = (chunks: readonly JsonObject[], body: JsonObject = {}): JsonObject =>
  checkResponseStream(sayChunks(chunks, body));

const typesOf = (chunks: readonly JsonObject[]): readonly JsonValue[] =>
  framesOf(sayChunks(chunks)).map(({ type }) => type ?? null);

const text = (delta: string): JsonObject => chunkOf({ content: delta });
const call = (index: number, members: JsonObject): JsonObject => chunkOf({ tool_calls: [{ index, ...members }] });

test('text becomes the events of one message, in their order', () => {
  const chunks = [chunkOf({ role: 'assistant', content: '' }), text('Hel'), text('lo'), finishOf('stop')];
  assert.deepEqual(typesOf(chunks), [
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ]);
  assert.deepEqual(outputOf(said(chunks)), [
    {
      id: 'msg_req1_0',
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Hello', annotations: [], logprobs: [] }],
    },
  ]);
});

test('what opens an answer says only that it has begun', () => {
  const [created, progress, ...rest] = framesOf(sayChunks([chunkOf({ role: 'assistant', content: '' })]));
  assert.deepEqual([created?.['type'], progress?.['type']], ['response.created', 'response.in_progress']);
  assert.deepEqual(
    rest.map(({ type }) => type),
    ['response.completed'],
  );
});

test('parallel calls whose pieces come in turns are told apart', () => {
  const response = said([
    call(0, { id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
    call(1, { id: 'b', type: 'function', function: { name: 'g', arguments: '{"y"' } }),
    call(0, { function: { arguments: '{"x":1}' } }),
    call(1, { function: { arguments: ':2}' } }),
    finishOf('tool_calls'),
  ]);
  assert.deepEqual(
    outputOf(response).map(({ id, type, call_id, name, arguments: args, status }) => [
      id,
      type,
      call_id,
      name,
      args,
      status,
    ]),
    [
      ['fc_req1_0', 'function_call', 'a', 'f', '{"x":1}', 'completed'],
      ['fc_req1_1', 'function_call', 'b', 'g', '{"y":2}', 'completed'],
    ],
  );
});

test('text, calls and text again are three items in the order in which they began', () => {
  const response = said([
    text('a'),
    call(0, { id: 'c', function: { name: 'f', arguments: '{}' } }),
    text('b'),
    finishOf('tool_calls'),
  ]);
  assert.deepEqual(
    outputOf(response).map(({ type }) => type),
    ['message', 'function_call', 'message'],
  );
});

test('servers that count no further than zero, give no id or send arguments as an object are understood', () => {
  const response = said([
    call(0, { id: 'a', function: { name: 'f', arguments: '{}' } }),
    call(0, { id: 'b', function: { name: 'g', arguments: { z: 1 } } }),
    call(2, { function: { arguments: '{"late":' } }),
    call(2, { function: { name: 'h', arguments: '1}' } }),
    finishOf('tool_calls'),
  ]);
  assert.deepEqual(
    outputOf(response).map(({ call_id, name, arguments: args }) => [call_id, name, args]),
    [
      ['a', 'f', '{}'],
      ['b', 'g', '{"z":1}'],
      ['call_req1_2', 'h', '{"late":1}'],
    ],
  );
});

test('a call without arguments is one with none', () => {
  const response = said([call(0, { id: 'a', function: { name: 'f', arguments: '' } }), finishOf('tool_calls')]);
  assert.equal(outputOf(response)[0]?.['arguments'], '{}');
});

test('a custom tool is called with its text', () => {
  const response = said([
    call(0, { id: 'a', type: 'custom', custom: { name: 'patch', input: '' } }),
    call(0, { custom: { input: '*** Begin' } }),
    finishOf('tool_calls'),
  ]);
  assert.deepEqual(outputOf(response), [
    {
      id: 'ctc_req1_0',
      type: 'custom_tool_call',
      status: 'completed',
      call_id: 'a',
      name: 'patch',
      input: '*** Begin',
    },
  ]);
});

test('what the cap cut short is incomplete, and the reason is told', () => {
  for (const choice of [finishOf('length'), finishOf('tool_calls', { native_finish_reason: 'max_output_tokens' })]) {
    const response = said([
      call(0, { id: 'a', function: { name: 'f', arguments: '{}' } }),
      call(1, { id: 'b', function: { name: 'f', arguments: '{"x' } }),
      choice,
    ]);
    assert.deepEqual(
      outputOf(response).map(({ status, arguments: args }) => [status, args]),
      [
        ['completed', '{}'],
        ['incomplete', '{"x'],
      ],
    );
    assert.deepEqual(response['incomplete_details'], { reason: 'max_output_tokens' });
  }
});

test('a filtered answer is incomplete, with the refusal that came', () => {
  const response = said([text('I'), chunkOf({ refusal: 'No.' }), finishOf('content_filter')]);
  assert.deepEqual(response['incomplete_details'], { reason: 'content_filter' });
  assert.deepEqual(
    outputOf(response).map(({ status, content }) => [status, content]),
    [
      [
        'incomplete',
        [
          { type: 'output_text', text: 'I', annotations: [], logprobs: [] },
          { type: 'refusal', refusal: 'No.' },
        ],
      ],
    ],
  );
});

test('an answer that failed is failed, and one that never said why it ended is complete', () => {
  assert.equal(said([text('a'), finishOf('error')])['status'], 'failed');
  assert.equal(said([text('a')])['status'], 'completed');
  assert.deepEqual(said([])['output'], []);
});

test('usage counts as OpenAI does, with both of its details', () => {
  const usage = {
    prompt_tokens: 30,
    completion_tokens: 8,
    total_tokens: 38,
    prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 5 },
    completion_tokens_details: { reasoning_tokens: 3 },
  };
  const response = said([text('a'), finishOf('stop'), { choices: [], usage }]);
  assert.deepEqual(response['usage'], {
    input_tokens: 30,
    input_tokens_details: { cached_tokens: 10, cache_write_tokens: 5 },
    output_tokens: 8,
    output_tokens_details: { reasoning_tokens: 3 },
    total_tokens: 38,
  });
  assert.equal(said([text('a'), finishOf('stop')])['usage'], null);
});

test('citations stand where they stood in the text of their part', () => {
  const citation = { url: 'https://a.example', title: 'A', start_index: 2, end_index: 4 };
  const response = said([
    text('ab'),
    call(0, { id: 'c', function: { name: 'f', arguments: '{}' } }),
    text('cd'),
    chunkOf({
      annotations: [
        { type: 'url_citation', url_citation: citation },
        { type: 'file', file: {} },
      ],
    }),
    finishOf('stop'),
  ]);
  assert.deepEqual(outputOf(response)[2]?.['content'], [
    {
      type: 'output_text',
      text: 'cd',
      annotations: [{ type: 'url_citation', ...citation, start_index: 0, end_index: 2 }],
      logprobs: [],
    },
  ]);
});

test('log probabilities come with the text that they are of', () => {
  const [a, b] = ['a', 'b'].map((token) => ({ token, logprob: -0.1, bytes: [97], top_logprobs: [] }));
  assert.ok(a && b);
  const response = said([
    chunkOf({ content: 'a' }, { logprobs: { content: [a], refusal: null } }),
    chunkOf({ content: 'b' }, { logprobs: { content: [b], refusal: null } }),
    finishOf('stop'),
  ]);
  assert.deepEqual(outputOf(response)[0]?.['content'], [
    { type: 'output_text', text: 'ab', annotations: [], logprobs: [a, b] },
  ]);
});

const thinking = (members: JsonObject): JsonObject =>
  chunkOf({ reasoning_details: [{ type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0, ...members }] });

/** The reasoning details that the next turn of the conversation takes back. */
function replayed(response: JsonObject): JsonValue | undefined {
  const { body } = asChat({ input: [...outputOf(response), { role: 'user', content: 'go on' }] });
  const messages = isJsonArray(body['messages']) ? body['messages'] : [];
  return isJsonObject(messages[0]) ? messages[0]['reasoning_details'] : undefined;
}

const thoughts = [
  thinking({ text: 'Let me ' }),
  thinking({ text: 'see.' }),
  thinking({ signature: 'c2ln', model: 'claude-x' }),
  chunkOf({
    reasoning_details: [{ type: 'reasoning.encrypted', format: 'anthropic-claude-v1', index: 1, data: 'cmVk' }],
  }),
  text('Four.'),
  finishOf('stop'),
];

const signedThoughts = [
  {
    type: 'reasoning.text',
    text: 'Let me see.',
    signature: 'c2ln',
    format: 'anthropic-claude-v1',
    index: 0,
    model: 'claude-x',
  },
  { type: 'reasoning.encrypted', data: 'cmVk', format: 'anthropic-claude-v1', index: 1 },
];

test('signed thinking is shown as reasoning text and comes back untouched with the next turn', () => {
  const response = said(thoughts);
  const [first, second, message] = outputOf(response);
  assert.deepEqual(first?.['content'], [{ type: 'reasoning_text', text: 'Let me see.' }]);
  assert.deepEqual([first?.['summary'], second?.['summary'], second?.['content']], [[], [], undefined]);
  assert.equal(message?.['type'], 'message');
  assert.deepEqual(replayed(response), signedThoughts);
});

test('a caller that asked for a summary is shown thinking as one, and clients that keep no more lose nothing', () => {
  const response = said(thoughts, { reasoning: { effort: 'low', summary: 'auto' } });
  assert.deepEqual(outputOf(response)[0]?.['summary'], [{ type: 'summary_text', text: 'Let me see.' }]);
  const kept = outputOf(response).map(({ content, ...item }) =>
    item['type'] === 'reasoning' ? item : { ...item, content },
  );
  assert.deepEqual(replayed({ output: kept }), signedThoughts);
});

test("OpenAI's reasoning keeps id and encrypted content", () => {
  const detail = { format: 'openai-responses-v1', id: 'rs_9' };
  const response = said([
    chunkOf({ reasoning_details: [{ type: 'reasoning.summary', summary: 'First.', index: 0, ...detail }] }),
    chunkOf({ reasoning_details: [{ type: 'reasoning.summary', summary: 'Then.', index: 1, ...detail }] }),
    chunkOf({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'gAAA', index: 2, ...detail }] }),
    text('a'),
    finishOf('stop'),
  ]);
  assert.deepEqual(outputOf(response)[0], {
    id: 'rs_9',
    type: 'reasoning',
    summary: [
      { type: 'summary_text', text: 'First.' },
      { type: 'summary_text', text: 'Then.' },
    ],
    encrypted_content: 'gAAA',
  });
});

test('an id that comes after its item was announced is carried, since encrypted content is bound to it', () => {
  const response = said([
    chunkOf({
      reasoning_details: [{ type: 'reasoning.summary', summary: 'S', format: 'openai-responses-v1', index: 0 }],
    }),
    chunkOf({
      reasoning_details: [
        { type: 'reasoning.encrypted', data: 'gAAA', id: 'rs_9', format: 'openai-responses-v1', index: 0 },
      ],
    }),
    text('a'),
    finishOf('stop'),
  ]);
  assert.equal(outputOf(response).length, 2);
  assert.deepEqual(replayed(response), [
    { type: 'reasoning.summary', summary: 'S', format: 'openai-responses-v1', index: 0 },
    { type: 'reasoning.encrypted', data: 'gAAA', id: 'rs_9', format: 'openai-responses-v1', index: 0 },
  ]);
});

test('reasoning that is text alone comes back as it was said', () => {
  for (const member of ['reasoning', 'reasoning_content']) {
    const response = said([chunkOf({ [member]: 'Hm' }), chunkOf({ [member]: 'm.' }), text('a'), finishOf('stop')]);
    assert.deepEqual(outputOf(response)[0]?.['content'], [{ type: 'reasoning_text', text: 'Hmm.' }]);
    const { body } = asChat({ input: [...outputOf(response), { role: 'user', content: 'go on' }] });
    assert.deepEqual(body['messages'], [
      { role: 'assistant', content: 'a', reasoning_content: 'Hmm.' },
      { role: 'user', content: 'go on' },
    ]);
  }
});

test("the response repeats the request's settings, and says that nothing is kept", () => {
  const settings = {
    instructions: 'Be brief.',
    max_output_tokens: 500,
    metadata: { a: 'b' },
    parallel_tool_calls: false,
    prompt_cache_key: 'k',
    safety_identifier: 's',
    temperature: 0.5,
    tool_choice: 'required',
    tools: [{ type: 'function', name: 'f', parameters: {}, strict: false }],
    top_logprobs: 2,
    top_p: 0.9,
    user: 'u',
  };
  const response = said([text('a'), finishOf('stop')], {
    ...settings,
    store: true,
    reasoning: { effort: 'high' },
    text: { verbosity: 'low' },
  });
  for (const [name, value] of Object.entries(settings)) assert.deepEqual(response[name], value, name);
  assert.deepEqual(
    [response['store'], response['previous_response_id'], response['created_at'], response['id'], response['model']],
    [false, null, 1_700_000_000, 'resp_req1', 'm-1'],
  );
  assert.deepEqual(response['reasoning'], { effort: 'high', summary: null });
  assert.deepEqual(response['text'], { format: { type: 'text' }, verbosity: 'low' });
});

test('a whole completion says what its stream says', () => {
  const tool_calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }];
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const reasoning_details = [
    { type: 'reasoning.text', text: 'T', signature: 's', format: 'anthropic-claude-v1', index: 0 },
  ];
  const message = { role: 'assistant', content: 'Hi', refusal: null, tool_calls, reasoning_details };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'tool_calls' }];
  const whole = sayWhole({ id: 'x', object: 'chat.completion', model: 'm-1', choices, usage });
  const streamed = said([
    chunkOf({ reasoning_details }),
    text('Hi'),
    chunkOf({ tool_calls: tool_calls.map((each) => ({ index: 0, ...each })) }),
    finishOf('tool_calls'),
    { choices: [], usage },
  ]);
  assert.deepEqual(whole, streamed);
});
