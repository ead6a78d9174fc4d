import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import fc from 'fast-check';
import type { Overrides } from './messages.ts';

const words = fc.constantFrom('Hello', 'so ', ' x', 'Grüße 👩‍👩‍👧', 'a\n\nb', '{"a":1}', '日本');
const mark = fc.constantFrom(undefined, undefined, undefined, { type: 'ephemeral' }, { type: 'ephemeral', ttl: '1h' });
const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });

const text = fc.record({ type: fc.constant('text'), text: words, cache_control: mark });
const image = fc.record({
  type: fc.constant('image'),
  source: fc.constantFrom(
    { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' },
    { type: 'url', url: 'https://a.example/i.png' },
  ),
  cache_control: mark,
});
const document = fc.record({
  type: fc.constant('document'),
  source: fc.constantFrom(
    { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjQ=' },
    { type: 'url', url: 'https://a.example/d.pdf' },
    { type: 'text', media_type: 'text/plain', data: 'Grüße' },
  ),
  title: optional(words.filter((title) => title.trim() !== '')),
  context: optional(words),
  citations: optional(fc.constant({ enabled: true })),
  cache_control: mark,
});
const userBlock = fc.oneof({ weight: 3, arbitrary: text }, image, document);
const withoutMark = ({ cache_control: _mark, ...block }: JsonObject): JsonObject => block;

const thought = fc.oneof(
  fc.record({
    type: fc.constant('thinking'),
    thinking: fc.constantFrom('', 'Hm.'),
    signature: fc.constantFrom('s', 't='),
  }),
  fc.record({ type: fc.constant('redacted_thinking'), data: fc.constantFrom('d', 'e=') }),
);
/** Thinking is never the last of a turn. */
const said = fc
  .tuple(fc.array(fc.oneof(thought, text), { maxLength: 4 }), text)
  .map(([blocks, last]) => [...blocks, last] as readonly JsonObject[]);

const input = fc.dictionary(fc.constantFrom('a', 'ü', 'b c'), fc.jsonValue({ maxDepth: 1 }), {
  maxKeys: 2,
  noNullPrototype: true,
});
const results = fc.oneof(words, fc.array(fc.oneof(text, image, document).map(withoutMark), { maxLength: 2 }));

/** A turn of the assistant and the user's answer to it. */
const round = fc
  .record({
    said,
    inputs: fc.array(input, { maxLength: 3 }),
    callMark: mark,
    results: fc.array(fc.record({ content: results, is_error: fc.boolean(), cache_control: mark }), {
      minLength: 3,
      maxLength: 3,
    }),
    isReversed: fc.boolean(),
    asked: fc.array(userBlock, { minLength: 1, maxLength: 2 }),
  })
  .map(({ said: blocks, inputs, callMark, results: answers, isReversed, asked }) => (place: number) => {
    const ids = inputs.map((_, at) => `toolu_${place}_${at}`);
    const calls = inputs.map((each, at) => ({
      type: 'tool_use',
      id: ids[at],
      name: 'find',
      input: each,
      cache_control: callMark,
    }));
    const told = ids.map((id, at) => {
      const { is_error: isError, ...rest } = answers[at] ?? { is_error: false, content: 'r' };
      return { type: 'tool_result', tool_use_id: id, ...rest, ...(isError ? { is_error: true } : {}) };
    });
    return [
      { role: 'assistant', content: [...blocks, ...calls] },
      { role: 'user', content: [...(isReversed ? told.toReversed() : told), ...asked] },
    ];
  });

const messages = fc
  .tuple(fc.oneof(words, fc.array(userBlock, { minLength: 1, maxLength: 3 })), fc.array(round, { maxLength: 3 }))
  .map(([asked, rounds]) => [{ role: 'user', content: asked }, ...rounds.flatMap((make, place) => make(place))]);

const tools = fc.constant([
  { name: 'find', description: 'Finds.', input_schema: { type: 'object', properties: { a: { type: 'string' } } } },
  { name: 'note', input_schema: { type: 'object', properties: {} }, strict: true },
]);

const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };

/** Any request of text, images, documents, tools and thinking that Anthropic takes. */
export const messagesRequests: fc.Arbitrary<Overrides> = fc
  .record(
    {
      messages,
      tools,
      system: fc.oneof(words, fc.array(text, { minLength: 1, maxLength: 2 })),
      tool_choice: fc.constantFrom(
        { type: 'auto' },
        { type: 'auto', disable_parallel_tool_use: true },
        { type: 'any' },
        { type: 'none' },
        { type: 'tool', name: 'find', disable_parallel_tool_use: true },
      ),
      thinking: fc.constantFrom({ type: 'adaptive' }, { type: 'disabled' }),
      output_config: fc.constantFrom({ effort: 'low' }, { effort: 'max', format: { type: 'json_schema', schema } }),
      max_tokens: fc.integer({ min: 2000, max: 60_000 }),
      stop_sequences: fc.array(
        words.filter((word) => word.trim() !== ''),
        { minLength: 1, maxLength: 3 },
      ),
      metadata: fc.constant({ user_id: 'u' }),
      service_tier: fc.constantFrom('auto', 'standard_only'),
      cache_control: fc.constant({ type: 'ephemeral' }),
      stream: fc.boolean(),
    },
    { requiredKeys: ['messages', 'tools', 'max_tokens'] },
  )
  .map((body) => withFewMarks(body));

/** Anthropic takes four breakpoints at most; the others are taken away, and members that are undefined with them. */
function withFewMarks(body: Overrides): Overrides {
  let left = body['cache_control'] === undefined ? 4 : 3;
  const walk = (value: JsonValue | undefined, isTop: boolean): JsonValue | undefined => {
    if (isJsonArray(value)) return value.map((item) => walk(item, false) ?? null);
    if (!isJsonObject(value)) return value;
    const entries = Object.entries(value).flatMap(([name, member]) => {
      if (member === undefined) return [];
      if (name === 'input' || (isTop && name === 'cache_control')) return [[name, member]];
      if (name !== 'cache_control') return [[name, walk(member, false)]];
      left -= 1;
      return left < 0 ? [] : [[name, member]];
    });
    return Object.fromEntries(entries) as JsonObject;
  };
  const walked = walk(body as JsonObject, true);
  return isJsonObject(walked) ? walked : {};
}
