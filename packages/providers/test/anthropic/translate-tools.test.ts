import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNameRestorer, wireName } from '../../src/anthropic/wire-names.ts';
import { functionTool, newestModel, refusal, toolCall, translate, turnsOf } from './support/translate.ts';

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const weather = functionTool('weather', { description: 'Now', parameters: schema, strict: true });
const time = functionTool('time');
const named = (name: string) => ({ type: 'function', function: { name } });

test('functions become tools with their schema, and one without parameters takes none', () => {
  const bare = { type: 'function', function: { name: 'ping' } };
  assert.deepEqual(translate({ tools: [weather, bare] }).body['tools'], [
    { name: 'weather', description: 'Now', input_schema: schema, strict: true },
    { name: 'ping', input_schema: { type: 'object', properties: {} } },
  ]);
});

test('strict is left out by name where the model does not know it', () => {
  const { body, dropped } = translate({ tools: [weather] }, { providerModel: 'claude-3-5-haiku-20241022' });
  assert.deepEqual(body['tools'], [{ name: 'weather', description: 'Now', input_schema: schema }]);
  assert.deepEqual(dropped, ['tools[].function.strict']);
});

test('cache_control stands at the tool, wherever the caller put it', () => {
  const cache_control = { type: 'ephemeral' };
  const outside = translate({ tools: [{ ...time, cache_control }] }).body['tools'];
  const inside = translate({ tools: [functionTool('time', { cache_control })] }).body['tools'];
  assert.deepEqual(outside, [{ name: 'time', input_schema: { type: 'object', properties: {} }, cache_control }]);
  assert.deepEqual(inside, outside);
});

test('each choice of tools has its counterpart', () => {
  const choiceOf = (tool_choice: unknown) => translate({ tools: [weather, time], tool_choice }).body['tool_choice'];
  assert.equal(choiceOf(undefined), undefined);
  assert.deepEqual(choiceOf('auto'), { type: 'auto' });
  assert.deepEqual(choiceOf('none'), { type: 'none' });
  assert.deepEqual(choiceOf('required'), { type: 'any' });
  assert.deepEqual(choiceOf(named('time')), { type: 'tool', name: 'time' });
});

test('tools stay in the request when none may be called, since the history may hold calls', () => {
  assert.deepEqual(translate({ tools: [time], tool_choice: 'none' }).body['tools'], [
    { name: 'time', input_schema: { type: 'object', properties: {} } },
  ]);
});

test('parallel_tool_calls: false forbids them with every choice that can call', () => {
  const choiceOf = (tool_choice?: unknown) =>
    translate({ tools: [time], parallel_tool_calls: false, tool_choice }).body['tool_choice'];
  assert.deepEqual(choiceOf(), { type: 'auto', disable_parallel_tool_use: true });
  assert.deepEqual(choiceOf('required'), { type: 'any', disable_parallel_tool_use: true });
  assert.deepEqual(choiceOf(named('time')), { type: 'tool', name: 'time', disable_parallel_tool_use: true });
  assert.deepEqual(choiceOf('none'), { type: 'none' });
  assert.equal(translate({ parallel_tool_calls: false }).body['tool_choice'], undefined);
});

test('allowed_tools narrows the tools', () => {
  const tool_choice = { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [named('time')] } };
  const { body } = translate({ tools: [weather, time], tool_choice });
  assert.deepEqual(body['tools'], [{ name: 'time', input_schema: { type: 'object', properties: {} } }]);
  assert.deepEqual(body['tool_choice'], { type: 'any' });
});

test('a model that cannot be forced is told to call, and the caller that it was only told', () => {
  const forced = translate({ tools: [time], tool_choice: named('time') }, { providerModel: newestModel });
  assert.deepEqual(forced.body['tool_choice'], { type: 'auto' });
  assert.deepEqual(forced.body['system'], [{ type: 'text', text: 'Answer this turn by calling the tool "time".' }]);
  assert.deepEqual(forced.dropped, ['tool_choice']);
  const any = translate({ tools: [time], tool_choice: 'required' }, { providerModel: newestModel });
  assert.deepEqual(any.body['system'], [
    { type: 'text', text: 'Answer this turn by calling at least one of the tools.' },
  ]);
});

test('tools and choices that are malformed are refused by path', () => {
  const cases: readonly (readonly [object, string])[] = [
    [{ tools: {} }, 'tools'],
    [{ tools: [7] }, 'tools[0]'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].function'],
    [{ tools: [functionTool('a', { parameters: [] })] }, 'tools[0].function.parameters'],
    [{ tools: [functionTool('a', { strict: 'yes' })] }, 'tools[0].function.strict'],
    [{ tools: [time, time] }, 'tools[1].function.name'],
    [{ tools: [time], tool_choice: 'maybe' }, 'tool_choice'],
    [{ tools: [time], tool_choice: named('other') }, 'tool_choice.function.name'],
    [{ tool_choice: 'required' }, 'tool_choice'],
    [{ tools: [time], parallel_tool_calls: 'no' }, 'parallel_tool_calls'],
    [
      { tools: [time], tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'x' } } },
      'tool_choice.allowed_tools.mode',
    ],
  ];
  for (const [fields, param] of cases) {
    assert.throws(() => translate({ ...fields }), refusal('invalid_field', param));
  }
  const custom = { tools: [{ type: 'custom', custom: { name: 'a' } }] };
  assert.throws(() => translate(custom), refusal('unsupported_field', 'tools[0].type'));
});

test('names that Anthropic forbids are mapped the same way everywhere, and restored in the answer', () => {
  const long = `team.search/${'x'.repeat(80)}`;
  const { body } = translate({
    tools: [functionTool(long), functionTool('ünï')],
    tool_choice: named(long),
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: null, tool_calls: [toolCall('call:1', long)] },
      { role: 'tool', tool_call_id: 'call:1', content: 'r' },
    ],
  });
  const restore = createNameRestorer({ tools: [functionTool(long), functionTool('ünï'), functionTool('plain')] });
  assert.match(wireName(long), /^[a-zA-Z0-9_-]{1,64}$/);
  assert.match(wireName('a'.repeat(65)), /^a{53}_[0-9a-f]{10}$/);
  assert.equal(wireName('a'.repeat(64)), 'a'.repeat(64));
  assert.notEqual(wireName('ünï'), wireName('önï'));
  assert.deepEqual(body['tool_choice'], { type: 'tool', name: wireName(long) });
  assert.ok(JSON.stringify(body['messages']).includes(`"name":"${wireName(long)}"`));
  assert.equal(restore(wireName(long)), long);
  assert.equal(restore(wireName('ünï')), 'ünï');
  assert.equal(restore('plain'), 'plain');
});

test('a call’s id that Anthropic forbids is the same in call and result', () => {
  const turns = turnsOf([
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: null, tool_calls: [toolCall('call:1|x')] },
    { role: 'tool', tool_call_id: 'call:1|x', content: 'r' },
  ]);
  const id = turns[1]?.content[0]?.['id'];
  assert.match(JSON.stringify(id), /^"[a-zA-Z0-9_-]+"$/);
  assert.equal(turns[2]?.content[0]?.['tool_use_id'], id);
});
