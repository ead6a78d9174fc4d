import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  GatewayError,
  isJsonArray,
  isJsonObject,
  parseJsonBody,
  tryParseJson,
  type JsonObject,
  type JsonValue,
} from '@tollgate/core';
import fc from 'fast-check';
import { createChatOverResponses } from '../../src/chat-over-responses/adapter.ts';
import { plainDialect } from '../../src/openai-compatible/adapter.ts';
import { providerRequest } from '../support/provider-request.ts';
import { responsesRequests } from './support/arbitrary-requests.ts';
import { chatStreams } from './support/arbitrary-streams.ts';
import { checkResponseStream } from './support/check-grammar.ts';
import { asChat, sayChunks, sayWhole } from './support/say.ts';

const bridge = createChatOverResponses(plainDialect);

test('whatever a chat stream says becomes events that keep to the grammar', () => {
  fc.assert(
    fc.property(chatStreams, fc.boolean(), (chunks, isSummarised) => {
      checkResponseStream(sayChunks(chunks, isSummarised ? { reasoning: { summary: 'auto' } } : {}));
    }),
    { numRuns: 800 },
  );
});

test('no text, reasoning or argument of a chat stream is lost', () => {
  const textsOf = (value: JsonValue | undefined, members: readonly string[]): string => {
    if (isJsonArray(value)) return value.map((item) => textsOf(item, members)).join('');
    if (!isJsonObject(value)) return '';
    return Object.entries(value)
      .map(([name, member]) =>
        typeof member === 'string' && members.includes(name) ? member : textsOf(member, members),
      )
      .join('');
  };
  const sorted = (text: string): string => text.split('').toSorted().join('');
  fc.assert(
    fc.property(chatStreams, (chunks) => {
      const { output } = checkResponseStream(sayChunks(chunks));
      assert.ok(isJsonArray(output));
      const of = (type: string): readonly JsonObject[] =>
        output.filter((item) => isJsonObject(item) && item['type'] === type).filter(isJsonObject);
      assert.equal(
        textsOf(
          of('message').flatMap(({ content }) => content ?? []),
          ['text', 'refusal'],
        ).length,
        textsOf(
          chunks.map((chunk) => deltaMembers(chunk, ['content', 'refusal'])),
          ['content', 'refusal'],
        ).length,
      );
      // A call without arguments says `{}` in the end, so braces do not count.
      const inputs = (value: JsonValue): string =>
        sorted(textsOf(value, ['input', 'arguments']).replaceAll(/[{}]/g, ''));
      assert.equal(
        inputs([...of('custom_tool_call'), ...of('function_call')]),
        inputs(chunks.map((chunk) => deltaMembers(chunk, ['tool_calls']))),
      );
    }),
    { numRuns: 500 },
  );
});

/** The members of a chunk's delta that are named. */
function deltaMembers(chunk: JsonObject, names: readonly string[]): JsonObject {
  const choice = isJsonArray(chunk['choices']) ? chunk['choices'][0] : undefined;
  const delta = isJsonObject(choice) ? choice['delta'] : undefined;
  return isJsonObject(delta) ? Object.fromEntries(names.map((name) => [name, delta[name]])) : {};
}

/** The request that the bridge makes of the chat completion that a request becomes. */
function thereAndBack(request: JsonObject): JsonObject {
  const { body, droppedFields } = asChat(request);
  assert.deepEqual(droppedFields, []);
  const wire = bridge.buildRequest(providerRequest({ body, providerModel: 'm' }));
  assert.deepEqual(wire.droppedFields, []);
  const back = tryParseJson(wire.body.toString('utf8'));
  assert.ok(isJsonObject(back));
  return back;
}

test('responses → chat → responses keeps all that a request says', () => {
  fc.assert(
    fc.property(responsesRequests, (request) => {
      const { store, include, stream_options: _options, ...back } = thereAndBack(request);
      assert.deepEqual([store, include], [false, ['reasoning.encrypted_content']]);
      assert.deepEqual(back, request);
    }),
    { numRuns: 500 },
  );
});

test('chat → responses → chat keeps all that a request says', () => {
  fc.assert(
    fc.property(responsesRequests, (request) => {
      const chat = asChat(request).body;
      assert.deepEqual(asChat(thereAndBack(request)).body, chat);
    }),
    { numRuns: 300 },
  );
});

test('the same conversation always becomes the same bytes', () => {
  fc.assert(
    fc.property(responsesRequests, (request) => {
      assert.equal(JSON.stringify(asChat(request)), JSON.stringify(asChat(structuredClone(request))));
    }),
    { numRuns: 100 },
  );
});

/** The value with another one in the place that the path leads to, as far as it goes. */
function replaceAt(value: JsonValue | undefined, path: readonly number[], replacement: JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return replacement;
  if (isJsonArray(value) && value.length > 0) {
    return value.map((item, index) => (index === step % value.length ? replaceAt(item, rest, replacement) : item));
  }
  if (!isJsonObject(value) || Object.keys(value).length === 0) return replacement;
  const name = Object.keys(value)[step % Object.keys(value).length] ?? '';
  return { ...value, [name]: replaceAt(value[name], rest, replacement) };
}

const anything = fc.oneof(fc.jsonValue(), fc.constantFrom(null, '', 0, -1, [], {}, 'tgr1.', 'tgr1.bnVsbA', 'data:,'));

test('a request with anything in any place is translated or refused, and never breaks', () => {
  let refused = 0;
  fc.assert(
    fc.property(
      responsesRequests,
      fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
      anything,
      (request, path, value) => {
        const json = tryParseJson(JSON.stringify(value)) ?? null;
        const changed = replaceAt(request, path, json);
        assert.ok(isJsonObject(changed));
        parseJsonBody(Buffer.from(JSON.stringify(changed)));
        try {
          const chat = asChat(changed).body;
          bridge.buildRequest(providerRequest({ body: chat }));
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error;
          refused += 1;
        }
      },
    ),
    { numRuns: 400 },
  );
  assert.ok(refused > 50, `only ${refused} were refused`);
});

test('an answer of anything becomes a response, and never breaks', () => {
  fc.assert(
    fc.property(chatStreams, fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }), anything, (chunks, path, value) => {
      const changed = replaceAt(chunks, path, tryParseJson(JSON.stringify(value)) ?? null);
      const objects = isJsonArray(changed) ? changed.filter(isJsonObject) : [];
      checkResponseStream(sayChunks(objects));
      for (const chunk of objects) sayWhole(chunk);
    }),
    { numRuns: 400 },
  );
});
