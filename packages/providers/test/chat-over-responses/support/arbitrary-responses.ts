import fc from 'fast-check';
import type { JsonObject } from '@tollgate/core';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
  fc.constantFrom('Hello', 'a\nb', '日本'),
);

const annotation = fc
  .record({ url: text, title: text, start: fc.nat(5), length: fc.nat(5) })
  .map(({ url, title, start, length }) => ({
    type: 'url_citation',
    url,
    title,
    start_index: start,
    end_index: start + length,
  }));

const message = fc
  .tuple(text, fc.array(annotation, { maxLength: 2 }), fc.option(text))
  .map(([said, annotations, refusal]) => ({
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [
      { type: 'output_text', text: said, annotations, logprobs: [] },
      ...(refusal === null ? [] : [{ type: 'refusal', refusal }]),
    ],
  }));

const reasoning = fc
  .tuple(fc.array(text, { maxLength: 2 }), fc.array(text, { maxLength: 2 }))
  .map(([summary, content]) => ({
    type: 'reasoning',
    summary: summary.map((value) => ({ type: 'summary_text', text: value })),
    ...(content.length === 0 ? {} : { content: content.map((value) => ({ type: 'reasoning_text', text: value })) }),
    encrypted_content: 'gAAA',
  }));

const call = fc.oneof(
  fc.tuple(fc.constantFrom('f', 'g'), text).map(([name, args]) => ({ type: 'function_call', name, arguments: args })),
  text.map((input) => ({ type: 'custom_tool_call', name: 'p', input })),
);

/** Two messages in a row are one to a chat, so one is told from the next by what stands between. */
const output = fc
  .array(fc.oneof(message, reasoning, call), { maxLength: 6 })
  .map((items) => items.filter((item, at) => item.type !== 'message' || items[at - 1]?.type !== 'message'))
  .map((items) =>
    items.map((item, at): JsonObject => {
      if (item.type === 'message') return { id: `msg_${at}`, ...item };
      if (item.type === 'reasoning') return { id: `rs_${at}`, ...item };
      return { id: `fc_${at}`, status: 'completed', call_id: `call_${at}`, ...item };
    }),
  );

const count = fc.nat(5000);

/** A finished response, as OpenAI gives it. */
export const responses: fc.Arbitrary<JsonObject> = fc
  .record({
    output,
    incomplete: fc.option(fc.constantFrom('max_output_tokens', 'content_filter')),
    tokens: fc.tuple(count, count, count, count, count),
  })
  .map(({ output: items, incomplete, tokens: [input, cached, written, made, reasoned] }) => ({
    id: 'resp_1',
    object: 'response',
    created_at: 1_700_000_000,
    model: 'gpt-5.6-sol',
    status: incomplete === null ? 'completed' : 'incomplete',
    incomplete_details: incomplete === null ? null : { reason: incomplete },
    error: null,
    service_tier: 'default',
    output: items,
    usage: {
      input_tokens: input + cached + written,
      input_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
      output_tokens: made + reasoned,
      output_tokens_details: { reasoning_tokens: reasoned },
      total_tokens: input + cached + written + made + reasoned,
    },
  }));
