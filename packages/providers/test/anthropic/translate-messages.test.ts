import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, toolCall, translate, turnsOf } from './support/translate.ts';

const text = (value: string) => ({ type: 'text', text: value });
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown, more: object = {}) => ({ role: 'assistant', content, ...more });
const result = (id: string, content: unknown) => ({ role: 'tool', tool_call_id: id, content });
const system = (content: string) => ({ role: 'system', content });
const cacheControl = { type: 'ephemeral', ttl: '1h' };

test('leading system and developer messages become system blocks, in order', () => {
  const messages = [system('One.'), { role: 'developer', content: [text('Two.'), text('Three.')] }, user('Hi')];
  const { body } = translate({ messages });
  assert.deepEqual(body['system'], [text('One.'), text('Two.'), text('Three.')]);
  assert.deepEqual(body['messages'], [user([text('Hi')])]);
});

test('an instruction amid the conversation keeps its place as a system turn where the model knows such', () => {
  const messages = [user('Hi'), system('Now in French.'), assistant('Salut'), user('Go on')];
  assert.deepEqual(turnsOf(messages, { providerModel: 'claude-opus-4-8' }), [
    user([text('Hi')]),
    { role: 'system', content: [text('Now in French.')] },
    assistant([text('Salut')]),
    user([text('Go on')]),
  ]);
});

test('it becomes marked text of the user where the model or the place forbids a system turn', () => {
  const marked = text('<system-instruction>\nNow in French.\n</system-instruction>');
  const inPlace = [user('Hi'), system('Now in French.'), assistant('Salut'), user('Go on')];
  assert.deepEqual(turnsOf(inPlace), [user([text('Hi'), marked]), assistant([text('Salut')]), user([text('Go on')])]);
  const beforeUser = [user('Hi'), assistant('Hello'), system('Now in French.'), user('Go on')];
  assert.deepEqual(turnsOf(beforeUser, { providerModel: 'claude-opus-4-8' }), [
    user([text('Hi')]),
    assistant([text('Hello')]),
    user([marked, text('Go on')]),
  ]);
});

test('instructions alone are asked by the last of them', () => {
  const { body } = translate({ messages: [system('Be brief.'), system('Say hi.')] });
  assert.deepEqual(body['system'], [text('Be brief.')]);
  assert.deepEqual(body['messages'], [user([text('Say hi.')])]);
});

test('neighbours of the same role become one turn', () => {
  assert.deepEqual(turnsOf([user('a'), user('b'), assistant('c'), assistant('d'), user('e')]), [
    user([text('a'), text('b')]),
    assistant([text('c'), text('d')]),
    user([text('e')]),
  ]);
});

test('empty and blank text is left out, and so are messages of nothing else', () => {
  const messages = [user([text(''), text('a')]), assistant(''), assistant('  '), assistant(null), user('b')];
  assert.deepEqual(turnsOf(messages), [user([text('a'), text('b')])]);
  assert.throws(() => turnsOf([user(' ')]), refusal('invalid_field', 'messages'));
  assert.throws(() => turnsOf([]), refusal('invalid_field', 'messages'));
});

test('a conversation that the assistant opens is opened by a user’s note', () => {
  assert.deepEqual(turnsOf([assistant('Welcome!'), user('Hi')]), [
    user([text('(The assistant speaks first.)')]),
    assistant([text('Welcome!')]),
    user([text('Hi')]),
  ]);
});

test('a last assistant message is continued by models that can, without the white space at its end', () => {
  assert.deepEqual(turnsOf([user('Hi'), assistant('The answer is \n')]), [
    user([text('Hi')]),
    assistant([text('The answer is')]),
  ]);
  assert.throws(
    () => turnsOf([user('Hi'), assistant('The answer is')], { providerModel: 'claude-opus-4-6' }),
    refusal('unsupported_field', 'messages'),
  );
});

test('refusals of an assistant are its text', () => {
  const messages = [user('a'), assistant(null, { refusal: 'No.' }), user('b')];
  assert.deepEqual(turnsOf(messages), [user([text('a')]), assistant([text('No.')]), user([text('b')])]);
  const asPart = [user('a'), assistant([{ type: 'refusal', refusal: 'No.' }]), user('b')];
  assert.deepEqual(turnsOf(asPart), turnsOf(messages));
});

test('arguments that the cap cut short are kept as text', () => {
  const broken = assistant(null, {
    tool_calls: [toolCall('a', 'f', '{"x": 1'), toolCall('b', 'f', '[1]'), toolCall('c', 'f', '')],
  });
  const turns = turnsOf([user('Hi'), broken, result('a', '1'), result('b', '2'), result('c', '3')]);
  assert.deepEqual(
    turns[1]?.content.map(({ input }) => input),
    [{ raw_arguments: '{"x": 1' }, { raw_arguments: '[1]' }, {}],
  );
});

test('ids that come again in a later turn stay distinct, and results follow their own turn', () => {
  const round = [assistant(null, { tool_calls: [toolCall('call_0')] }), result('call_0', 'r')];
  const turns = JSON.stringify(turnsOf([user('Hi'), ...round, user('Again'), ...round]));
  const ids = [...turns.matchAll(/"type":"tool_use","id":"([^"]+)"/g)].map((match) => match[1]);
  const answered = [...turns.matchAll(/"tool_use_id":"([^"]+)"/g)].map((match) => match[1]);
  assert.equal(new Set(ids).size, 2);
  assert.deepEqual(answered, ids);
});

test('results that answer nothing, answer twice or are missing are refused by place', () => {
  const asked = assistant(null, { tool_calls: [toolCall('a'), toolCall('b')] });
  const bad =
    (...messages: readonly unknown[]) =>
    () =>
      turnsOf([user('Hi'), asked, ...messages]);
  assert.throws(bad(result('a', '1'), user('Go on')), refusal('invalid_field', 'messages[1].tool_calls'));
  assert.throws(bad(), refusal('invalid_field', 'messages[1].tool_calls'));
  assert.throws(bad(result('a', '1'), result('c', '2')), refusal('invalid_field', 'messages[3].tool_call_id'));
  assert.throws(bad(result('a', '1'), result('a', '2')), refusal('invalid_field', 'messages[3].tool_call_id'));
  assert.throws(() => turnsOf([user('Hi'), result('a', '1')]), refusal('invalid_field', 'messages[1].tool_call_id'));
  const twice = assistant(null, { tool_calls: [toolCall('a'), toolCall('a')] });
  assert.throws(() => turnsOf([user('Hi'), twice]), refusal('invalid_field', 'messages[1].tool_calls[1].id'));
});

test('an instruction between calls and results goes behind the results', () => {
  const asked = assistant(null, { tool_calls: [toolCall('a')] });
  const messages = [user('Hi'), asked, system('Hurry.'), result('a', '1')];
  assert.deepEqual(turnsOf(messages, { providerModel: 'claude-opus-5' }), [
    user([text('Hi')]),
    assistant([{ type: 'tool_use', id: 'a', name: 'lookup', input: {} }]),
    user([{ type: 'tool_result', tool_use_id: 'a', content: [text('1')] }]),
    { role: 'system', content: [text('Hurry.')] },
  ]);
});

test('cache_control of a part stays with it, and a message’s goes to its last block', () => {
  const messages = [
    { ...system('Long.'), cache_control: cacheControl },
    user([{ ...text('a'), cache_control: { type: 'ephemeral' } }, text('b')]),
    assistant('c', { cache_control: cacheControl }),
    user('d'),
  ];
  const { body } = translate({ messages });
  assert.deepEqual(body['system'], [{ ...text('Long.'), cache_control: cacheControl }]);
  assert.deepEqual(body['messages'], [
    user([{ ...text('a'), cache_control: { type: 'ephemeral' } }, text('b')]),
    assistant([{ ...text('c'), cache_control: cacheControl }]),
    user([text('d')]),
  ]);
});

test('cache_control of a part of a tool’s result stands at the result', () => {
  const asked = assistant(null, { tool_calls: [toolCall('a')] });
  const turns = turnsOf([user('Hi'), asked, result('a', [{ ...text('r'), cache_control: cacheControl }])]);
  assert.deepEqual(turns[2], {
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: 'a', content: [text('r')], cache_control: cacheControl }],
  });
});

test('what is malformed is refused by its path', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    ['x', 'messages'],
    [[7], 'messages[0]'],
    [[{ content: 'a' }], 'messages[0].role'],
    [[{ role: 'robot', content: 'a' }], 'messages[0].role'],
    [[user(7)], 'messages[0].content'],
    [[user([7])], 'messages[0].content[0]'],
    [[user([{ type: 'text', text: 1 }])], 'messages[0].content[0].text'],
    [[{ ...user('a'), cache_control: { type: 'x' } }], 'messages[0].cache_control.type'],
    [[{ ...user('a'), cache_control: { type: 'ephemeral', ttl: '2h' } }], 'messages[0].cache_control.ttl'],
    [[user('a'), { role: 'tool', content: 'x' }], 'messages[1].tool_call_id'],
    [
      [user('a'), assistant('b', { tool_calls: [{ id: 'a', type: 'function' }] })],
      'messages[1].tool_calls[0].function',
    ],
  ];
  for (const [messages, param] of cases) assert.throws(() => translate({ messages }), refusal('invalid_field', param));
});

test('parts and roles without a counterpart are refused by name', () => {
  const audio = { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } };
  const custom = { id: 'a', type: 'custom', custom: { name: 'f', input: '' } };
  const cases: readonly (readonly [readonly unknown[], string])[] = [
    [[user([audio])], 'messages[0].content[0].type'],
    [[{ role: 'function', name: 'f', content: 'x' }], 'messages[0].role'],
    [[user('a'), assistant('b', { function_call: { name: 'f', arguments: '' } })], 'messages[1].function_call'],
    [[user('a'), assistant('b', { tool_calls: [custom] })], 'messages[1].tool_calls[0].type'],
    [[{ role: 'system', content: [{ type: 'image_url', image_url: { url: 'x' } }] }], 'messages[0].content[0].type'],
  ];
  for (const [messages, param] of cases) {
    assert.throws(() => translate({ messages }), refusal('unsupported_field', param));
  }
});
