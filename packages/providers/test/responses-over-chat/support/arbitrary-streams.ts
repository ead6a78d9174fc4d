import fc from 'fast-check';
import type { JsonObject } from '@tollgate/core';
import { chunkOf, finishOf } from './say.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  fc.constantFrom('a', '\n', '日本', '{"x":'),
);
const maybeEmpty = fc.oneof(text, fc.constant(''));

const logprob = fc.record({
  token: text,
  logprob: fc.constant(-0.5),
  bytes: fc.constant([1]),
  top_logprobs: fc.constant([]),
});

const said = fc
  .tuple(maybeEmpty, fc.option(fc.array(logprob, { maxLength: 2 })))
  .map(([content, logprobs]) =>
    chunkOf({ content }, logprobs === null ? {} : { logprobs: { content: logprobs, refusal: null } }),
  );
const refused = maybeEmpty.map((refusal) => chunkOf({ refusal }));
const annotated = fc
  .record({
    type: fc.constantFrom('url_citation', 'file'),
    url_citation: fc.record({ url: text, title: text, start_index: fc.nat(20), end_index: fc.nat(20) }),
  })
  .map((annotation) => chunkOf({ annotations: [annotation] }));

const detail = fc.record(
  {
    type: fc.constantFrom('reasoning.text', 'reasoning.summary', 'reasoning.encrypted'),
    format: fc.constantFrom('anthropic-claude-v1', 'openai-responses-v1', 'google-gemini-v1', 'unknown'),
    index: fc.nat(2),
    id: fc.constantFrom(null, 'rs_1', 'rs_2'),
    text: fc.option(maybeEmpty),
    summary: fc.option(maybeEmpty),
    signature: fc.option(maybeEmpty),
    data: fc.option(maybeEmpty),
  },
  { requiredKeys: ['type'] },
);
const thought = fc.oneof(
  fc.array(detail, { minLength: 1, maxLength: 3 }).map((details) => chunkOf({ reasoning_details: details })),
  maybeEmpty.map((reasoning) => chunkOf({ reasoning })),
);

const call = fc
  .record(
    {
      index: fc.nat(2),
      id: fc.constantFrom('call_a', 'call_b', ''),
      type: fc.constantFrom('function', 'custom'),
      name: fc.constantFrom('f', 'g', ''),
      input: maybeEmpty,
    },
    { requiredKeys: ['index', 'type', 'input'] },
  )
  .map(({ index, id, type, name, input }) => ({
    index,
    ...(id === undefined ? {} : { id }),
    type,
    [type]: { ...(name === undefined ? {} : { name }), [type === 'function' ? 'arguments' : 'input']: input },
  }));
const called = fc.array(call, { minLength: 1, maxLength: 2 }).map((calls) => chunkOf({ tool_calls: calls }));

const count = fc.nat(1000);
const usage = fc
  .record({ prompt: count, completion: count, cached: count, reasoning: count })
  .map(({ prompt, completion, cached, reasoning }): JsonObject => ({
    choices: [],
    usage: {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
      prompt_tokens_details: { cached_tokens: cached },
      completion_tokens_details: { reasoning_tokens: reasoning },
    },
  }));

/** Chunks as careful and careless servers of chat completions send them. */
export const chatStreams: fc.Arbitrary<readonly JsonObject[]> = fc
  .tuple(
    fc.array(fc.oneof(said, refused, annotated, thought, called), { maxLength: 12 }),
    fc.option(fc.constantFrom('stop', 'length', 'tool_calls', 'content_filter', 'error', '', 'novel')),
    fc.option(usage),
  )
  .map(([pieces, reason, used]) => [
    ...pieces,
    ...(reason === null ? [] : [finishOf(reason)]),
    ...(used === null ? [] : [used]),
  ]);
