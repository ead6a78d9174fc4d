import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  budgetModel,
  eitherModel,
  functionTool,
  newestModel,
  refusal,
  toolCall,
  translate,
  turnsOf,
} from './support/translate.ts';

const ask = (fields: object, providerModel: string, outputCapTokens = 10_000) => {
  const { body, dropped } = translate({ ...fields }, { providerModel, outputCapTokens });
  return { thinking: body['thinking'], config: body['output_config'], dropped };
};
const effort = (reasoning_effort: string, providerModel: string) => ask({ reasoning_effort }, providerModel);
const adaptive = { type: 'adaptive' };
const summarized = { type: 'adaptive', display: 'summarized' };

test('without a wish nothing is sent', () => {
  assert.deepEqual(ask({}, newestModel), { thinking: undefined, config: undefined, dropped: [] });
});

test('up to 4.5 effort becomes a share of the cap as the budget', () => {
  const budgetOf = (level: string) => effort(level, budgetModel).thinking;
  assert.deepEqual(budgetOf('minimal'), { type: 'enabled', budget_tokens: 1024 });
  assert.deepEqual(budgetOf('low'), { type: 'enabled', budget_tokens: 2000 });
  assert.deepEqual(budgetOf('medium'), { type: 'enabled', budget_tokens: 5000 });
  assert.deepEqual(budgetOf('high'), { type: 'enabled', budget_tokens: 8000 });
  assert.deepEqual(budgetOf('max'), { type: 'enabled', budget_tokens: 9500 });
  assert.deepEqual(effort('none', budgetModel), { thinking: undefined, config: undefined, dropped: [] });
});

test('a budget is below the cap, and a cap too small for any leaves thinking out by name', () => {
  const tight = ask({ reasoning_effort: 'low' }, budgetModel, 1025);
  assert.deepEqual(tight.thinking, { type: 'enabled', budget_tokens: 1024 });
  const greedy = ask({ reasoning: { max_tokens: 20_000 } }, budgetModel);
  assert.deepEqual(greedy.thinking, { type: 'enabled', budget_tokens: 9999 });
  const tooSmall = ask({ reasoning_effort: 'high' }, budgetModel, 1024);
  assert.deepEqual([tooSmall.thinking, tooSmall.dropped], [undefined, ['reasoning_effort']]);
});

test('from 4.6 on effort is sent as such, at the nearest level that the model has and not above', () => {
  assert.deepEqual(effort('minimal', eitherModel), { thinking: adaptive, config: { effort: 'low' }, dropped: [] });
  assert.deepEqual(effort('xhigh', eitherModel).config, { effort: 'high' });
  assert.deepEqual(effort('max', eitherModel).config, { effort: 'max' });
  assert.deepEqual(effort('xhigh', newestModel), { thinking: summarized, config: { effort: 'xhigh' }, dropped: [] });
});

test('none turns thinking off in the way that each family knows', () => {
  const off = (model: string) => effort('none', model);
  assert.deepEqual(off('claude-opus-4-7').thinking, undefined);
  assert.deepEqual(off('claude-opus-5').thinking, { type: 'disabled' });
  assert.deepEqual(off('claude-haiku-5-5').thinking, { type: 'disabled' });
  assert.deepEqual(off('claude-sonnet-5').thinking, { type: 'disabled' });
  assert.deepEqual(off('claude-sonnet-5-5').thinking, { type: 'between_tools' });
  const always = off('claude-opus-5-5');
  assert.deepEqual(always, { thinking: undefined, config: { effort: 'low' }, dropped: ['reasoning_effort'] });
});

test('models that do not think leave the wish out by name', () => {
  assert.deepEqual(effort('high', 'claude-3-5-sonnet-20241022'), {
    thinking: undefined,
    config: undefined,
    dropped: ['reasoning_effort'],
  });
});

test('OpenRouter’s reasoning says the same, and its budget holds where budgets do', () => {
  assert.deepEqual(ask({ reasoning: { effort: 'high' } }, eitherModel).config, { effort: 'high' });
  assert.deepEqual(ask({ reasoning: { enabled: true } }, eitherModel).config, { effort: 'medium' });
  assert.equal(ask({ reasoning: { enabled: false } }, eitherModel).thinking, undefined);
  const budget = { type: 'enabled', budget_tokens: 3000 };
  assert.deepEqual(ask({ reasoning: { max_tokens: 3000 } }, eitherModel).thinking, budget);
  const lost = ask({ reasoning: { max_tokens: 3000 } }, newestModel);
  assert.deepEqual([lost.config, lost.dropped], [{ effort: 'medium' }, ['reasoning.max_tokens']]);
});

test('wishes that are none are refused by path', () => {
  assert.throws(() => effort('huge', eitherModel), refusal('invalid_field', 'reasoning_effort'));
  assert.throws(() => ask({ reasoning: 'high' }, eitherModel), refusal('invalid_field', 'reasoning'));
  assert.throws(() => ask({ reasoning: { effort: 1 } }, eitherModel), refusal('invalid_field', 'reasoning.effort'));
  assert.throws(
    () => ask({ reasoning: { max_tokens: -1 } }, eitherModel),
    refusal('invalid_field', 'reasoning.max_tokens'),
  );
});

test('thinking by budget gives way to a forced tool and to a beginning that is to be continued', () => {
  const forced = ask({ reasoning_effort: 'low', tools: [functionTool('f')], tool_choice: 'required' }, budgetModel);
  assert.deepEqual([forced.thinking, forced.dropped], [undefined, ['reasoning_effort']]);
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'The' },
  ];
  assert.equal(ask({ reasoning_effort: 'low', messages }, budgetModel).thinking, undefined);
});

test('temperature and top_k give way to thinking, and a narrow top_p too', () => {
  const { body, dropped } = translate(
    { reasoning_effort: 'low', temperature: 0.3, top_k: 5, top_p: 0.5 },
    { providerModel: eitherModel },
  );
  assert.deepEqual([body['temperature'], body['top_k'], body['top_p']], [undefined, undefined, undefined]);
  assert.deepEqual(dropped, ['temperature', 'top_p', 'top_k']);
  assert.equal(translate({ reasoning_effort: 'low', top_p: 0.97 }).body['top_p'], 0.97);
});

const details = [
  { type: 'reasoning.text', text: 'Let me ', format: 'anthropic-claude-v1', index: 0 },
  { type: 'reasoning.text', text: 'see.', format: 'anthropic-claude-v1', index: 0 },
  {
    type: 'reasoning.text',
    signature: 'sig',
    format: 'anthropic-claude-v1',
    index: 0,
    model: 'claude-sonnet-4-5-20250929',
  },
  { type: 'reasoning.encrypted', data: 'secret', format: 'anthropic-claude-v1', index: 1 },
];
const loop = (assistantFields: object) => [
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: '', tool_calls: [toolCall('a')], ...assistantFields },
  { role: 'tool', tool_call_id: 'a', content: 'r' },
];

test('thinking comes back from its streamed pieces, first in the turn', () => {
  assert.deepEqual(turnsOf(loop({ reasoning_details: details }))[1]?.content, [
    { type: 'thinking', thinking: 'Let me see.', signature: 'sig' },
    { type: 'redacted_thinking', data: 'secret' },
    { type: 'tool_use', id: 'a', name: 'lookup', input: {} },
  ]);
});

test('thinking comes back from whole details and from thinking_blocks alike', () => {
  const whole = [{ type: 'reasoning.text', text: '', signature: 'sig', format: 'anthropic-claude-v1', index: 0 }];
  const thinking = { type: 'thinking', thinking: '', signature: 'sig' };
  assert.deepEqual(turnsOf(loop({ reasoning_details: whole }))[1]?.content[0], thinking);
  const blocks = [thinking, { type: 'redacted_thinking', data: 'd' }];
  assert.deepEqual(turnsOf(loop({ thinking_blocks: blocks }))[1]?.content.slice(0, 2), blocks);
});

test('thinking that Anthropic would refuse is left out: unsigned, of another make, of another model', () => {
  const [, , signed] = details;
  const foreign = [
    { type: 'reasoning.text', text: 'x', format: 'anthropic-claude-v1', index: 0 },
    { ...signed, format: 'openai-responses-v1', index: 1 },
    { ...signed, model: 'claude-opus-5-5', index: 2 },
    { type: 'reasoning.summary', summary: 'x', format: 'anthropic-claude-v1', index: 3 },
  ];
  const types = turnsOf(loop({ reasoning_details: foreign, reasoning_content: 'x' }))[1]?.content.map(
    ({ type }) => type,
  );
  assert.deepEqual(types, ['tool_use']);
});

test('a tool loop whose thinking is gone goes on without a budget, which Anthropic would refuse', () => {
  const without = ask({ reasoning_effort: 'low', messages: loop({}) }, budgetModel);
  assert.deepEqual([without.thinking, without.dropped], [undefined, ['reasoning_effort']]);
  const withIt = ask({ reasoning_effort: 'low', messages: loop({ reasoning_details: details }) }, budgetModel);
  assert.deepEqual(withIt.thinking, { type: 'enabled', budget_tokens: 2000 });
  assert.deepEqual(ask({ reasoning_effort: 'low', messages: loop({}) }, eitherModel).thinking, adaptive);
});

test('an assistant message of thinking alone is no turn', () => {
  const messages = [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: null, reasoning_details: details },
    { role: 'user', content: 'b' },
  ];
  assert.equal(turnsOf(messages).length, 1);
});
