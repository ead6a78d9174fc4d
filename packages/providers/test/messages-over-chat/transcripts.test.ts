import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import { readTranscripts, type Exchange } from '@tollgate/provider-simulator';
import { messagesOverChat } from '../../src/messages-over-chat/protocol.ts';
import { openaiCompatibleAdapter } from '../../src/openai-compatible/adapter.ts';
import { openrouterAdapter } from '../../src/openrouter/adapter.ts';
import { randomCuts, seededRandom } from '../anthropic/support/cuts.ts';
import { providerRequest } from '../support/provider-request.ts';
import { assertMessageStream, eventsOf } from './support/event-grammar.ts';
import { answerContext } from './support/messages.ts';
import { meaning } from './support/meaning.ts';
import { foldWithSdk } from './support/sdk-fold.ts';
import { anthropicAdapter, writeStream } from './support/streams.ts';

const folder = process.env['TOLLGATE_WIRE_DIR'];
const skip = folder === undefined && 'TOLLGATE_WIRE_DIR is not set';

/** Streamed and whole answers with a status of success, by the transcript's number. */
function answersOf(number: string): readonly Exchange[] {
  const file = readdirSync(folder ?? '').find((name) => name.startsWith(`${number}-`));
  assert.ok(file, `no transcript ${number}`);
  return readTranscripts(join(folder ?? '', file)).filter(({ response }) => response.status === 200);
}

const isStream = ({ response }: Exchange): boolean =>
  response.body.includes('\ndata: ') || response.body.subarray(0, 6).toString() === 'data: ';

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
