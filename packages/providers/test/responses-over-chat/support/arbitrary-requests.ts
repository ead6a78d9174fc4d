import fc from 'fast-check';
import { isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
  fc.constantFrom('Hello', 'a\nb', '日本'),
);

const inputText = text.map((value) => ({ type: 'input_text', text: value }));
const inputPart = fc.oneof(
  inputText,
  fc
    .constantFrom('low', 'high')
    .map((detail) => ({ type: 'input_image', image_url: 'https://a.example/i.png', detail })),
  text.map((filename) => ({ type: 'input_file', filename, file_data: 'data:application/pdf;base64,JVBERi0x' })),
  fc.constant({ type: 'input_file', file_url: 'https://a.example/b.pdf' }),
);
const parts = fc.array(inputPart, { minLength: 1, maxLength: 3 });

const user = parts.map((content) => ({ type: 'message', role: 'user', content }));
const system = inputText.map((part) => ({ type: 'message', role: 'system', content: [part] }));

const saidParts = fc
  .tuple(fc.array(text, { maxLength: 2 }), fc.option(text))
  .map(([texts, refusal]) => [
    ...texts.map((value) => ({ type: 'output_text', text: value })),
    ...(refusal === null ? [] : [{ type: 'refusal', refusal }]),
  ]);

const reasoning = fc
  .record({ summaries: fc.array(text, { maxLength: 2 }), data: fc.constantFrom('gAAA', 'gBBB') })
  .map(({ summaries, data }) => ({
    type: 'reasoning',
    summary: summaries.map((value) => ({ type: 'summary_text', text: value })),
    encrypted_content: data,
  }));

const call = fc.record({
  isCustom: fc.boolean(),
  name: fc.constantFrom('f', 'g'),
  input: fc.oneof(text, fc.json()),
  // One text part alone is written as text.
  output: fc.oneof(
    text,
    parts.filter(([first, ...rest]) => rest.length > 0 || first?.type !== 'input_text'),
  ),
});

/** What the assistant did in one go: thought, said something, called tools, and what those answered. */
const turn = fc
  .tuple(fc.array(reasoning, { maxLength: 2 }), saidParts, fc.array(call, { maxLength: 3 }))
  .filter(([, said, calls]) => said.length + calls.length > 0)
  .map(([thoughts, said, calls]) => ({ thoughts, said, calls }));

type Round =
  | JsonObject
  | { readonly thoughts: readonly JsonObject[]; readonly said: readonly JsonObject[]; readonly calls: readonly Call[] };
interface Call {
  readonly isCustom: boolean;
  readonly name: string;
  readonly input: string;
  readonly output: string | readonly JsonObject[];
}

const isTurn = (round: Round): round is Exclude<Round, JsonObject> & { readonly calls: readonly Call[] } =>
  'thoughts' in round;

/** Ids are unique in the conversation. A user speaks between turns, so that where each ends is plain. */
function asItems(rounds: readonly Round[]): readonly JsonObject[] {
  return rounds.flatMap((round, at): readonly JsonObject[] => {
    if (!isTurn(round)) return [round];
    const thoughts = round.thoughts.map((thought, index) => ({ ...thought, id: `rs_${at}_${index}` }));
    const said = round.said.length === 0 ? [] : [{ type: 'message', role: 'assistant', content: round.said }];
    const calls = round.calls.map((each, index) => ({ ...each, call_id: `call_${at}_${index}` }));
    return [
      ...thoughts,
      ...said,
      ...calls.map(({ isCustom, name, input, call_id }) =>
        isCustom
          ? { type: 'custom_tool_call', call_id, name, input }
          : { type: 'function_call', call_id, name, arguments: input },
      ),
      ...calls.map(({ isCustom, output, call_id }) => ({
        type: isCustom ? 'custom_tool_call_output' : 'function_call_output',
        call_id,
        output,
      })),
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'go on' }] },
    ];
  });
}

const input = fc
  .tuple(user, fc.array(fc.oneof<fc.Arbitrary<Round>[]>(user, system, turn), { maxLength: 6 }))
  .map(([first, rest]) => asItems([first, ...rest]));

const tool = fc.oneof(
  fc.record({
    type: fc.constant('function'),
    name: fc.constantFrom('f', 'g'),
    description: text,
    parameters: fc.constant({ type: 'object', properties: {} }),
    strict: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('custom'),
    name: fc.constantFrom('p', 'q'),
    format: fc.constantFrom({ type: 'text' }, { type: 'grammar', syntax: 'lark', definition: 'x' }),
  }),
);

const toolSettings = fc.record(
  {
    tools: fc.array(tool, { minLength: 1, maxLength: 3 }),
    tool_choice: fc.constantFrom<string | JsonObject>(
      'auto',
      'none',
      'required',
      { type: 'function', name: 'f' },
      {
        type: 'allowed_tools',
        mode: 'auto',
        tools: [
          { type: 'function', name: 'f' },
          { type: 'custom', name: 'p' },
        ],
      },
    ),
    parallel_tool_calls: fc.boolean(),
  },
  { requiredKeys: ['tools'] },
);

const format = fc.constantFrom<JsonObject>(
  { type: 'json_object' },
  { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true },
);

const settings = fc.record(
  {
    max_output_tokens: fc.integer({ min: 16, max: 9000 }),
    temperature: fc.constantFrom(0, 0.5, 2),
    top_p: fc.constantFrom(0, 0.5, 1),
    reasoning: fc.record({ effort: fc.constantFrom('none', 'low', 'xhigh') }),
    text: fc.record({ format, verbosity: fc.constantFrom('low', 'high') }),
    user: text,
    safety_identifier: text,
    prompt_cache_key: text,
    service_tier: fc.constantFrom('auto', 'flex'),
  },
  { requiredKeys: [] },
);

/** Requests of the Responses API, each in the one way of several in which a translation writes it. */
export const responsesRequests: fc.Arbitrary<JsonObject> = fc
  .tuple(input, fc.option(toolSettings), settings, fc.boolean())
  .map(([items, tools, more, stream]) => {
    const request = { model: 'm', input: items, ...tools, ...more, ...(stream ? { stream } : {}) };
    const json = tryParseJson(JSON.stringify(request));
    return isJsonObject(json) ? json : {};
  });
