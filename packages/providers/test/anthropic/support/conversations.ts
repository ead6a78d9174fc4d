import fc from 'fast-check';
import type { Overrides } from './translate.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('', ' ', '\n', 'Hello', 'so ', ' x'),
);
const parts = fc.array(
  text.map((value) => ({ type: 'text', text: value })),
  { maxLength: 3 },
);
const content = fc.oneof(text, parts);
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 });
const id = fc.oneof(fc.constantFrom('call_0', 'call_1', 'call:1'), fc.string({ unit: 'grapheme', maxLength: 80 }));

const system = fc.record({ role: fc.constantFrom('system', 'developer'), content });
const user = fc.record({ role: fc.constant('user'), content });
const details = fc.array(
  fc.record({
    type: fc.constantFrom('reasoning.text', 'reasoning.encrypted'),
    format: fc.constantFrom('anthropic-claude-v1', 'openai-responses-v1'),
    index: fc.nat(2),
    text: fc.option(text, { nil: undefined }),
    signature: fc.constantFrom(undefined, '', 'sig'),
    data: fc.constantFrom(undefined, 'data'),
  }),
  { maxLength: 3 },
);
const assistant = fc.record({
  role: fc.constant('assistant'),
  content: fc.option(content),
  refusal: fc.option(text),
  reasoning_details: details,
});

/** An assistant's calls and their results in any order, instructions among them. */
const toolRound = fc
  .record({
    said: assistant,
    ids: fc.uniqueArray(id, { minLength: 1, maxLength: 3 }),
    name,
    args: fc.oneof(text, fc.json()),
    results: fc.array(content, { minLength: 3, maxLength: 3 }),
    isReversed: fc.boolean(),
    between: fc.array(system, { maxLength: 1 }),
  })
  .map(({ said, ids, name: called, args, results, isReversed, between }) => {
    const calls = ids.map((callId) => ({ id: callId, type: 'function', function: { name: called, arguments: args } }));
    const answers = ids.map((callId, index) => ({ role: 'tool', tool_call_id: callId, content: results[index] }));
    return [{ ...said, tool_calls: calls }, ...between, ...(isReversed ? answers.toReversed() : answers)];
  });

const messages = fc
  .array(fc.oneof(fc.tuple(system), fc.tuple(user), fc.tuple(assistant), toolRound), { minLength: 1, maxLength: 8 })
  .map((rounds) => rounds.flat());

const tools = fc
  .uniqueArray(name, { maxLength: 3 })
  .map((names) =>
    names.map((toolName) => ({ type: 'function', function: { name: toolName, parameters: { type: 'object' } } })),
  );

/** Any well-formed chat completion of text and tools. */
export const chatCompletions: fc.Arbitrary<Overrides> = fc.record(
  {
    messages,
    tools,
    tool_choice: fc.constantFrom('auto', 'none', 'required'),
    parallel_tool_calls: fc.boolean(),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    top_p: fc.double({ min: 0, max: 1, noNaN: true }),
    top_k: fc.nat(100),
    stop: fc.oneof(text, fc.array(text, { maxLength: 4 })),
    reasoning_effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
    response_format: fc.constantFrom({ type: 'text' }, { type: 'json_object' }),
  },
  { requiredKeys: ['messages'] },
);

export const models: fc.Arbitrary<string> = fc.constantFrom(
  'claude-3-5-haiku-20241022',
  'claude-opus-4-1-20250805',
  'claude-sonnet-4-5',
  'claude-sonnet-4-6',
  'claude-opus-4-8',
  'claude-sonnet-5',
  'claude-opus-5',
  'claude-sonnet-5-5',
  'claude-opus-5-5',
  'claude-future-9',
  'minimax-m3',
);
