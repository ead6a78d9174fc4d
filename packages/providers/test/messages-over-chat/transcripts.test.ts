import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isJsonArray, isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import { readTranscripts, type Exchange } from '@tollgate/provider-simulator';
import { ManualClock } from '@tollgate/testkit';
import { createAnthropicAdapter } from '../../src/anthropic/adapter.ts';
import type { Adapter } from '../../src/base/adapter.ts';
import { SseParser } from '../../src/base/sse-parser.ts';
import { messagesOverChat } from '../../src/messages-over-chat/protocol.ts';
import { openaiCompatibleAdapter } from '../../src/openai-compatible/adapter.ts';
import { openrouterAdapter } from '../../src/openrouter/adapter.ts';
import { randomCuts, seededRandom } from '../anthropic/support/cuts.ts';
import { providerRequest, streamingBody } from '../support/provider-request.ts';
import { assertMessageStream, eventsOf } from './support/event-grammar.ts';
import { answerContext } from './support/messages.ts';
import { foldWithSdk } from './support/sdk-fold.ts';

const folder = process.env['TOLLGATE_WIRE_DIR'];
const skip = folder === undefined && 'TOLLGATE_WIRE_DIR is not set';
const anthropicAdapter = createAnthropicAdapter({ clock: new ManualClock() });

/** Streamed and whole answers with a status of success, by the transcript's number. */
function answersOf(number: string): readonly Exchange[] {
  const file = readdirSync(folder ?? '').find((name) => name.startsWith(`${number}-`));
  assert.ok(file, `no transcript ${number}`);
  return readTranscripts(join(folder ?? '', file)).filter(({ response }) => response.status === 200);
}

const isStream = ({ response }: Exchange): boolean =>
  response.body.includes('\ndata: ') || response.body.subarray(0, 6).toString() === 'data: ';

/** The caller's stream, where the provider's comes in pieces cut at these places. */
function writeStream(adapter: Adapter, body: Buffer, cuts: readonly number[] = []): Buffer {
  const reader = adapter.createStreamReader(providerRequest({ body: streamingBody, wantsStreamUsage: true }));
  const writer = messagesOverChat.createAnswerWriter(answerContext({ stop_sequences: ['END'] }));
  const parser = new SseParser({ maxEventBytes: 1 << 24 });
  const ends = [...cuts, body.length];
  const chat = ends.map((end, index) => reader.push(body.subarray(ends[index - 1] ?? 0, end)));
  const said = [...chat.map((bytes) => Buffer.from(bytes)), reader.end()].flatMap((bytes) =>
    parser.push(bytes).map(({ data }) => {
      if (data === '[DONE]') return writer.end();
      const chunk = tryParseJson(data ?? '');
      return isJsonObject(chunk) && chunk['error'] === undefined ? writer.chunk(chunk) : Buffer.alloc(0);
    }),
  );
  return Buffer.concat(said);
}

/** What matters of a message; members that tell nothing are left out, neighbouring empty ones too. */
function meaning(message: object): unknown {
  const { content, stop_reason, stop_sequence, stop_details, usage } = JSON.parse(
    JSON.stringify(message),
  ) as JsonObject;
  const counts = isJsonObject(usage) ? usage : {};
  return {
    content: isJsonArray(content) ? content.filter(isJsonObject).map(essence) : content,
    stop_reason,
    stop_sequence: stop_sequence ?? null,
    stop_details: stop_details ?? null,
    input_tokens: counts['input_tokens'],
    output_tokens: counts['output_tokens'],
    cache_read: counts['cache_read_input_tokens'] ?? 0,
    cache_write: counts['cache_creation_input_tokens'] ?? 0,
  };
}

function essence({ citations, caller: _caller, ...block }: JsonObject): JsonObject {
  return isJsonArray(citations) && citations.length > 0 ? { ...block, citations } : block;
}

/** Behind message_stop OpenRouter sends a frame that Anthropic's client cannot read. */
const asAnthropicSends = (body: Buffer): Buffer => {
  const text = body.toString('utf8');
  const end = text.lastIndexOf('event: data');
  return Buffer.from(end === -1 ? text : text.slice(0, end));
};

for (const number of ['26', '27', '28', '29', '30', '31', '34', '36', '37', '38', '54']) {
  test(`${number}: a message said over chat is the message, however its bytes are cut`, { skip }, async () => {
    const streams = answersOf(number).filter(isStream);
    assert.ok(streams.length > 0, 'the transcript holds no stream');
    for (const { response } of streams) {
      const said = writeStream(anthropicAdapter, response.body);
      assertMessageStream(eventsOf(said));
      const direct = await foldWithSdk(asAnthropicSends(response.body));
      assert.deepEqual(meaning(await foldWithSdk(said)), meaning(direct));
      const random = seededRandom(number);
      const cuts = randomCuts(response.body.length, random, 100);
      assert.deepEqual(writeStream(anthropicAdapter, response.body, cuts), said);
    }
  });
}

test('39: a message that starts twice is said once', { skip }, () => {
  const [exchange] = answersOf('39');
  assert.ok(exchange);
  assertMessageStream(eventsOf(writeStream(anthropicAdapter, exchange.response.body)));
});

for (const number of ['32', '33']) {
  test(`${number}: a whole message said over chat is the message`, { skip }, () => {
    for (const { response } of answersOf(number)) {
      const { body } = anthropicAdapter.readWhole(response.body, providerRequest());
      const said = messagesOverChat.writeWhole(parsed(body), answerContext());
      assert.deepEqual(meaning(said), meaning(parsed(response.body)));
    }
  });
}

const parsed = (body: Buffer): JsonObject => {
  const value = tryParseJson(body.toString('utf8'));
  assert.ok(isJsonObject(value));
  return value;
};

for (const number of [
  '01',
  '02',
  '03',
  '04',
  '05',
  '08',
  '09',
  '10',
  '11',
  '12',
  '13',
  '43',
  '44',
  '47',
  '48',
  '49',
  '50',
  '53',
  '56',
]) {
  const adapter = Number(number) >= 43 && number !== '56' ? openrouterAdapter : openaiCompatibleAdapter;

  test(`${number}: a chat answer becomes a message that Anthropic's client reads`, { skip }, async () => {
    const exchanges = answersOf(number);
    assert.ok(exchanges.length > 0, 'the transcript holds no answer');
    for (const exchange of exchanges) {
      const { body } = exchange.response;
      if (!isStream(exchange)) {
        const whole = messagesOverChat.writeWhole(
          parsed(adapter.readWhole(body, providerRequest()).body),
          answerContext(),
        );
        assert.deepEqual(Object.keys(whole).includes('stop_reason'), true);
        continue;
      }
      const said = writeStream(adapter, body);
      assertMessageStream(eventsOf(said));
      const message = await foldWithSdk(said);
      assert.equal(message.type, 'message');
      const cuts = randomCuts(body.length, seededRandom(number), 100);
      assert.deepEqual(writeStream(adapter, body, cuts), said);
    }
  });
}
