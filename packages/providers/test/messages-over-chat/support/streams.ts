import { isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import fc from 'fast-check';
import { createAnthropicAdapter } from '../../../src/anthropic/adapter.ts';
import type { Adapter } from '../../../src/base/adapter.ts';
import { SseParser } from '../../../src/base/sse-parser.ts';
import { messagesOverChat } from '../../../src/messages-over-chat/protocol.ts';
import { block, event, started } from '../../anthropic/support/message-stream.ts';
import { providerRequest, streamingBody } from '../../support/provider-request.ts';
import { answerContext } from './messages.ts';

export const anthropicAdapter = createAnthropicAdapter({ clock: new ManualClock() });

/** The caller's stream, where the provider's comes in pieces cut at these places. */
export function writeStream(adapter: Adapter, body: Buffer, cuts: readonly number[] = []): Buffer {
  const reader = adapter.createStreamReader(providerRequest({ body: streamingBody, wantsStreamUsage: true }));
  const writer = messagesOverChat.createAnswerWriter(answerContext({ stop_sequences: ['END'] }));
  const parser = new SseParser({ maxEventBytes: 1 << 24 });
  const ends = [...cuts, body.length];
  const chat = ends.map((end, index) => Buffer.from(reader.push(body.subarray(ends[index - 1] ?? 0, end))));
  const said = [...chat, reader.end()].flatMap((bytes) =>
    parser.push(bytes).map(({ data }) => {
      if (data === '[DONE]') return writer.end();
      const chunk = tryParseJson(data ?? '');
      return isJsonObject(chunk) && chunk['error'] === undefined ? writer.chunk(chunk) : Buffer.alloc(0);
    }),
  );
  return Buffer.concat(said);
}

const pieces = fc.array(fc.constantFrom('Hi', ' ', '👩‍👩‍👧', '\n', '日本'), { maxLength: 3 });
const citation = fc.constantFrom<JsonObject>(
  {
    type: 'char_location',
    cited_text: 'x',
    document_index: 0,
    document_title: null,
    start_char_index: 0,
    end_char_index: 1,
  },
  { type: 'web_search_result_location', url: 'https://a.example', title: 'A', cited_text: 'x', encrypted_index: 'E' },
);
type MadeBlock = (index: number) => { readonly type: string; readonly text: string };

const textBlock = fc
  .record({ pieces, citations: fc.array(citation, { maxLength: 2 }) })
  .map(({ pieces: texts, citations }): MadeBlock => (index) => ({
    type: 'text',
    text: block(index, { type: 'text', text: '' }, [
      ...['So', ...texts].map((text) => ({ type: 'text_delta', text })),
      ...citations.map((each) => ({ type: 'citations_delta', citation: each })),
    ]),
  }));
const thinkingBlock = pieces.map((texts): MadeBlock => (index) => ({
  type: 'thinking',
  text: block(index, { type: 'thinking', thinking: '', signature: '' }, [
    ...texts.map((thinking) => ({ type: 'thinking_delta', thinking })),
    { type: 'signature_delta', signature: `sig${index}` },
  ]),
}));
const redactedBlock = fc.constant<MadeBlock>((index) => ({
  type: 'redacted_thinking',
  text: block(index, { type: 'redacted_thinking', data: `d${index}` }),
}));
const toolBlock = fc
  .record({
    input: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2, noNullPrototype: true }),
    at: fc.nat(12),
  })
  .map(({ input, at }): MadeBlock => (index) => {
    const json = Object.keys(input).length === 0 ? '' : JSON.stringify(input);
    const deltas = [json.slice(0, at), json.slice(at)].map((partial_json) => ({
      type: 'input_json_delta',
      partial_json,
    }));
    return {
      type: 'tool_use',
      text: block(index, { type: 'tool_use', id: `toolu_${index}`, name: 'f', input: {} }, deltas),
    };
  });

const stopsWithoutCall = fc.constantFrom<JsonObject>(
  { stop_reason: 'end_turn' },
  { stop_reason: 'stop_sequence', stop_sequence: 'END' },
  { stop_reason: 'max_tokens' },
  { stop_reason: 'pause_turn' },
  { stop_reason: 'model_context_window_exceeded' },
  { stop_reason: 'refusal', stop_details: { type: 'refusal', category: 'bio', explanation: 'No.' } },
);

const emptyMessage = { type: 'message', role: 'assistant', content: [], stop_reason: null, stop_sequence: null };

/** Any streamed message of Anthropic's. */
export const messageStreams: fc.Arbitrary<Buffer> = fc
  .record({
    made: fc.array(fc.oneof(textBlock, thinkingBlock, redactedBlock, toolBlock), { maxLength: 5 }),
    stop: stopsWithoutCall,
    isCut: fc.boolean(),
    output: fc.nat(1000),
  })
  .map(({ made, stop, isCut, output }) => {
    const blocks = made.map((make, index) => make(index));
    const hasCall = blocks.some(({ type }) => type === 'tool_use');
    const called = { stop_reason: isCut ? 'max_tokens' : 'tool_use' };
    const usage = { output_tokens: output };
    const delta = { stop_sequence: null, ...(hasCall ? called : stop) };
    const events = [
      started(emptyMessage),
      event('ping'),
      ...blocks.map(({ text }) => text),
      event('message_delta', { delta, usage }),
    ];
    return Buffer.from(events.join('') + event('message_stop'));
  });
