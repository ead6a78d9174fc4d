import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AttemptError,
  GatewayError,
  isJsonObject,
  tryParseJson,
  type JsonObject,
  type JsonValue,
} from '@tollgate/core';
import type Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { messagesOverChat } from '../../src/messages-over-chat/protocol.ts';
import { replaceAt } from '../anthropic/support/replace-at.ts';
import { messagesRequests } from './support/conversations.ts';
import { assertMessageStream, eventsOf } from './support/event-grammar.ts';
import { expectedRequest } from './support/expected-request.ts';
import { meaning } from './support/meaning.ts';
import { answerContext, messagesCall, throughChat, toChat } from './support/messages.ts';
import { foldWithSdk } from './support/sdk-fold.ts';
import { anthropicAdapter, messageStreams, writeStream } from './support/streams.ts';

const providerModel = 'claude-sonnet-4-6';

test('a request that goes through chat reaches Anthropic as the same request', () => {
  fc.assert(
    fc.property(messagesRequests, (body) => {
      assert.deepEqual(throughChat(body, providerModel), expectedRequest(body, providerModel));
    }),
    { numRuns: 500 },
  );
});

test('a message that goes through chat is the same message to Anthropic’s own client', async () => {
  await fc.assert(
    fc.asyncProperty(messageStreams, async (stream) => {
      const said = writeStream(anthropicAdapter, stream);
      assertMessageStream(eventsOf(said));
      assert.deepEqual(meaning(await foldWithSdk(said)), meaning(await foldWithSdk(stream)));
    }),
    { numRuns: 150 },
  );
});

test('an answer goes back as the turn that it was', async () => {
  await fc.assert(
    fc.asyncProperty(messageStreams, async (stream) => {
      const { content } = await foldWithSdk(stream);
      const blocks: readonly JsonObject[] = JSON.parse(JSON.stringify(content)) as readonly JsonObject[];
      const turn = { role: 'assistant', content: [...blocks.map(withoutCitations), { type: 'text', text: 'So.' }] };
      const results = blocks
        .filter(({ type }) => type === 'tool_use')
        .map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'r' }));
      const user = { role: 'user', content: [...results, { type: 'text', text: 'And?' }] };
      const body = { max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }, turn, user] };
      assert.deepEqual(throughChat(body, providerModel), expectedRequest(body, providerModel));
    }),
    { numRuns: 150 },
  );
});

const withoutCitations = ({ citations: _citations, ...block }: JsonObject): JsonObject => block;

const anything = fc.oneof(fc.jsonValue(), fc.constantFrom(null, '', 0, -1, 1e308, 'tg1.', 'tg1.e30'));

test('chunks of anything become a stream that keeps the grammar', () => {
  const call = fc.record(
    {
      index: fc.oneof(fc.nat(2), anything),
      id: fc.oneof(fc.constantFrom('a', 'b', '', 'x:1'), anything),
      function: fc.record({
        name: fc.constantFrom('f', '', undefined),
        arguments: fc.oneof(fc.constantFrom('{', '}', '{}', ''), anything),
      }),
    },
    { requiredKeys: [] },
  );
  const detail = fc.record(
    {
      type: fc.constantFrom('reasoning.text', 'reasoning.summary', 'reasoning.encrypted'),
      format: fc.constantFrom('anthropic-claude-v1', 'openai-responses-v1', null),
      index: fc.nat(1),
      text: fc.oneof(fc.string(), anything),
      signature: fc.oneof(fc.string(), anything),
      data: fc.constantFrom('d', undefined),
    },
    { requiredKeys: [] },
  );
  const delta = fc.record(
    {
      content: fc.oneof(fc.string(), anything),
      reasoning: fc.oneof(fc.string(), anything),
      reasoning_details: fc.oneof(fc.array(detail, { maxLength: 2 }), anything),
      tool_calls: fc.oneof(fc.array(call, { maxLength: 3 }), anything),
      annotations: fc.oneof(fc.array(fc.record({ url_citation: fc.record({ url: fc.string() }) })), anything),
      refusal: fc.constantFrom(undefined, null, 'No.'),
      text_index: fc.constantFrom(undefined, 0, 1),
    },
    { requiredKeys: [] },
  );
  const chunk = fc.record(
    {
      id: anything,
      model: anything,
      usage: anything,
      choices: fc.oneof(
        fc.array(
          fc.record({
            delta: fc.oneof(delta, anything),
            finish_reason: fc.constantFrom(null, '', 'stop', 'length', 'tool_calls', 'content_filter'),
          }),
          { maxLength: 1 },
        ),
        anything,
      ),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 8 }), (chunks) => {
      const json = tryParseJson(JSON.stringify(chunks));
      const writer = messagesOverChat.createAnswerWriter(answerContext());
      const said = (json as readonly JsonObject[]).map((each) => writer.chunk(each));
      assertMessageStream(eventsOf(Buffer.concat([...said, writer.end()])));
    }),
    { numRuns: 500 },
  );
});

/** Written as the official client's types have it. */
const complete = {
  model: 'm',
  max_tokens: 4096,
  system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'b' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0K' } },
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'c' },
          title: 'T',
          citations: { enabled: true },
        },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'd', signature: 's' },
        { type: 'text', text: 'e' },
        { type: 'tool_use', id: 't', name: 'f', input: { g: 1 } },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'h' }] }] },
  ],
  tools: [{ name: 'f', description: 'i', input_schema: { type: 'object' } }],
  tool_choice: { type: 'tool', name: 'f' },
  thinking: { type: 'enabled', budget_tokens: 1024 },
  output_config: { effort: 'low', format: { type: 'json_schema', schema: {} } },
  metadata: { user_id: 'j' },
  stop_sequences: ['k'],
} satisfies Anthropic.MessageCreateParamsNonStreaming & JsonObject;

test('a request with anything in any place is translated or refused, and never breaks', () => {
  assert.doesNotThrow(() => toChat(complete));
  let refused = 0;
  fc.assert(
    fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 7 }), anything, (path, value) => {
      const json: JsonValue = tryParseJson(JSON.stringify(value)) ?? null;
      const changed = replaceAt(complete, path, json);
      assert.ok(isJsonObject(changed));
      try {
        messagesOverChat.toChat(messagesCall(changed));
      } catch (error) {
        assert.ok(error instanceof GatewayError, String(error));
        refused += 1;
      }
    }),
    { numRuns: 1000 },
  );
  assert.ok(refused > 100, `only ${refused} were refused`);
});

test('a completion of anything is a message or fails as an attempt', () => {
  fc.assert(
    fc.property(anything, anything, (message, usage) => {
      const completion = {
        choices: [{ message: tryParseJson(JSON.stringify(message)) ?? null }],
        usage: tryParseJson(JSON.stringify(usage)) ?? null,
      };
      try {
        assert.equal(messagesOverChat.writeWhole(completion, answerContext())['type'], 'message');
      } catch (error) {
        assert.ok(error instanceof AttemptError);
      }
    }),
    { numRuns: 300 },
  );
});
