import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttemptError, isJsonArray, isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import fc from 'fast-check';
import { ManualClock } from '@tollgate/testkit';
import { overChat } from '../../src/base/over-chat.ts';
import { createChatOverResponses } from '../../src/chat-over-responses/adapter.ts';
import { plainDialect } from '../../src/openai-compatible/adapter.ts';
import { createResponsesAdapter } from '../../src/openai-responses/adapter.ts';
import { responsesOverChat } from '../../src/responses-over-chat/protocol.ts';
import { checkResponseStream } from '../responses-over-chat/support/check-grammar.ts';
import { readPieces, responsesCall } from '../responses-over-chat/support/say.ts';
import { providerRequest } from '../support/provider-request.ts';
import { chatCompletions } from '../anthropic/support/conversations.ts';
import { responses } from './support/arbitrary-responses.ts';
import { meaningOfChat } from './support/meaning-of-chat.ts';
import { streamResponse } from './support/stream-response.ts';

const bridge = createChatOverResponses(plainDialect);
const native = createResponsesAdapter(plainDialect);
const andBack = overChat(bridge, responsesOverChat, { clock: new ManualClock() });
const asked = { ...providerRequest(), call: responsesCall({ stream: true }) };

const styles = fc.record({ deltaLength: fc.constantFrom(0, 1, 3, 100), isNamed: fc.boolean() });

/** Items without what each server makes up: ids, but those of reasoning, which its encrypted content is bound to. */
function meaningOf(response: JsonObject): unknown {
  const { output, status, incomplete_details: details, usage, model, service_tier: tier } = response;
  const items = isJsonArray(output) ? output.filter(isJsonObject) : [];
  const bare = items.map(({ id, status: _status, ...item }) => (item['type'] === 'reasoning' ? { id, ...item } : item));
  return { bare, status, details, usage, model, tier };
}

test('chat → responses → chat keeps all that a conversation says', () => {
  let said = 0;
  fc.assert(
    fc.property(chatCompletions, ({ messages, tools, tool_choice, parallel_tool_calls, reasoning_effort }) => {
      const chat = asPlain({ model: 'm', messages, tools, tool_choice, parallel_tool_calls, reasoning_effort });
      const wire = asPlain(tryParseJson(bridge.buildRequest(providerRequest({ body: chat })).body.toString('utf8')));
      if (isJsonArray(wire['input']) && wire['input'].length === 0) return;
      said += 1;
      const { body } = responsesOverChat.toChat(responsesCall(wire));
      assert.deepEqual(meaningOfChat(body), meaningOfChat(chat));
    }),
    { numRuns: 500 },
  );
  assert.ok(said > 200, `only ${said} conversations said anything`);
});

function asPlain(value: unknown): JsonObject {
  const json = tryParseJson(JSON.stringify(value));
  assert.ok(isJsonObject(json));
  return json;
}

test('a streamed response that went through chat chunks is the same response', () => {
  fc.assert(
    fc.property(responses, styles, (response, style) => {
      const { text, error } = readPieces(
        andBack.createStreamReader(asked),
        Buffer.from(streamResponse(response, style)),
      );
      assert.equal(error, undefined);
      assert.deepEqual(meaningOf(checkResponseStream(text)), meaningOf(response));
    }),
    { numRuns: 400 },
  );
});

test('a whole response that went through a chat completion says the same, its calls behind its words', () => {
  fc.assert(
    fc.property(responses, (response) => {
      const body = Buffer.from(JSON.stringify(response));
      const said = tryParseJson(andBack.readWhole(body, asked).body.toString('utf8'));
      assert.ok(isJsonObject(said));
      const of = (type: string, member: string) => (from: JsonObject) =>
        (isJsonArray(from['output']) ? from['output'] : [])
          .filter(isJsonObject)
          .filter((item) => item['type'] === type)
          .map((item) => item[member]);
      for (const read of [of('function_call', 'arguments'), of('custom_tool_call', 'input'), of('reasoning', 'id')]) {
        assert.deepEqual(read(said), read(response));
      }
      assert.deepEqual(said['usage'], response['usage']);
    }),
    { numRuns: 200 },
  );
});

test('what is learned of a stream, of a whole answer and through the bridge is the same', () => {
  fc.assert(
    fc.property(responses, styles, (response, { isNamed }) => {
      const body = Buffer.from(JSON.stringify(response));
      const stream = Buffer.from(streamResponse(response, { deltaLength: 2, isNamed }));
      const [first, ...others] = [
        native.readWhole(body, asked).facts,
        bridge.readWhole(body, providerRequest()).facts,
        readPieces(native.createStreamReader(asked), stream).facts,
        readPieces(bridge.createStreamReader(providerRequest()), stream).facts,
      ].map(({ finishReason, usage, contentBytes, answeredModel, serviceTier, answerId }) => ({
        finishReason,
        usage,
        contentBytes,
        answeredModel,
        serviceTier,
        answerId,
      }));
      for (const facts of others) assert.deepEqual(facts, first);
    }),
    { numRuns: 200 },
  );
});

test('an answer of anything is read or fails as an attempt, and never breaks', () => {
  const types = [
    'response.created',
    'response.output_item.added',
    'response.output_item.done',
    'response.output_text.delta',
    'response.output_text.annotation.added',
    'response.function_call_arguments.delta',
    'response.reasoning_summary_text.delta',
    'response.completed',
    'response.failed',
    'error',
  ];
  const item = fc.record({
    type: fc.constantFrom('message', 'reasoning', 'function_call', 'web_search_call'),
    id: fc.jsonValue(),
    call_id: fc.jsonValue(),
    content: fc.oneof(fc.array(fc.record({ type: fc.constant('output_text'), text: fc.jsonValue() })), fc.jsonValue()),
    summary: fc.jsonValue(),
    encrypted_content: fc.jsonValue(),
    arguments: fc.jsonValue(),
  });
  const fields = fc.record({
    output_index: fc.oneof(fc.nat(2), fc.jsonValue()),
    item: fc.oneof(item, fc.jsonValue()),
    delta: fc.oneof(fc.string(), fc.jsonValue()),
    annotation: fc.jsonValue(),
    response: fc.oneof(
      fc.record({ id: fc.constant('r'), output: fc.array(item), usage: fc.jsonValue() }),
      fc.jsonValue(),
    ),
    error: fc.jsonValue(),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...types), fields), { maxLength: 10 }), (events) => {
      const stream = Buffer.from(
        events.map(([type, more]) => `data: ${JSON.stringify({ ...more, type })}\n\n`).join(''),
      );
      for (const adapter of [native, bridge, andBack]) readPieces(adapter.createStreamReader(asked), stream);
    }),
    { numRuns: 100 },
  );
  fc.assert(
    fc.property(fields, (more) => {
      for (const adapter of [native, bridge, andBack]) {
        try {
          adapter.readWhole(Buffer.from(JSON.stringify({ output: [more.item], ...more })), asked);
        } catch (error) {
          assert.ok(error instanceof AttemptError);
        }
      }
    }),
    { numRuns: 100 },
  );
});
