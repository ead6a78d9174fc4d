import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import { readTranscripts } from '@tollgate/provider-simulator';
import { randomCuts, seededRandom } from '../anthropic/support/cuts.ts';
import { choiceOf, chunksOf, deltasOf } from '../anthropic/support/message-stream.ts';
import { createChatOverResponses } from '../../src/chat-over-responses/adapter.ts';
import { plainDialect } from '../../src/openai-compatible/adapter.ts';
import { readPieces, type ReadStream } from '../responses-over-chat/support/say.ts';
import { providerRequest } from '../support/provider-request.ts';

const folder = process.env['TOLLGATE_WIRE_DIR'];
const skip = folder === undefined && 'TOLLGATE_WIRE_DIR is not set';
const adapter = createChatOverResponses(plainDialect);

function bodyOf(number: number): Buffer {
  const file = readdirSync(folder ?? '').find((name) => name.startsWith(`${number}-`));
  assert.ok(file, `no transcript ${number}`);
  const [exchange] = readTranscripts(join(folder ?? '', file));
  assert.ok(exchange);
  return exchange.response.body;
}

const read = (body: Buffer, cuts: readonly number[] = []): ReadStream =>
  readPieces(adapter.createStreamReader(providerRequest({ wantsStreamUsage: true })), body, cuts);

interface Told {
  readonly deltas: readonly unknown[];
  readonly finish: unknown;
  readonly usage: unknown;
}

/** What a chat client is told. */
function toldOf({ text }: ReadStream): Told {
  assert.ok(text.endsWith('data: [DONE]\n\n'));
  const chunks = chunksOf(text);
  return {
    deltas: deltasOf(text).slice(0, -1),
    finish: choiceOf(chunks.at(-2) ?? {})?.['finish_reason'],
    usage: chunks.at(-1)?.['usage'],
  };
}

const used = (prompt: number, completion: number, reasoning: number): JsonObject => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
  prompt_tokens_details: { cache_write_tokens: 0, cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: reasoning },
});

const piece = (index: number, members: JsonObject): JsonObject => ({ tool_calls: [{ index, ...members }] });
const opening = { role: 'assistant', content: '' };
const encrypted = (data: string, id: string): JsonObject => ({
  reasoning_details: [{ type: 'reasoning.encrypted', data, id, format: 'openai-responses-v1', index: 0 }],
});

const expected: Readonly<Record<number, Told>> = {
  19: {
    deltas: [
      {
        ...opening,
        ...piece(0, {
          id: 'call_REDACTED_1',
          type: 'function',
          function: { name: 'lookup_harbor_label', arguments: '' },
        }),
      },
      piece(0, { function: { arguments: '{}' } }),
      piece(1, { id: 'call_REDACTED_2', type: 'function', function: { name: 'lookup_orchard_label', arguments: '' } }),
      piece(1, { function: { arguments: '{}' } }),
    ],
    finish: 'tool_calls',
    usage: used(160, 49, 0),
  },
  20: {
    deltas: [{ ...opening, ...encrypted('encrypted_content_REDACTED_2', 'rs_REDACTED_1') }],
    finish: 'length',
    usage: used(20, 32, 32),
  },
  21: {
    deltas: [
      {
        ...opening,
        ...piece(0, { id: 'call_REDACTED_1', type: 'function', function: { name: 'add', arguments: '' } }),
      },
      ...['{"', 'x', '":', '481', '51'].map((text) => piece(0, { function: { arguments: text } })),
    ],
    finish: 'length',
    usage: used(83, 16, 0),
  },
};

for (const [number, told] of Object.entries(expected)) {
  test(`transcript ${number} becomes chat chunks, however it is cut`, { skip }, () => {
    const body = bodyOf(Number(number));
    const random = seededRandom(`bridge ${number}`);
    const whole = read(body);
    assert.equal(whole.error, undefined);
    assert.deepEqual(toldOf(whole), told);
    for (let round = 0; round < 100; round += 1) {
      assert.deepEqual(read(body, randomCuts(body.length, random)), whole);
    }
  });
}

test('transcript 22: plain text becomes content, whose tier is told with the end', { skip }, () => {
  const body = bodyOf(22);
  const random = seededRandom('bridge 22');
  const whole = read(body);
  const { deltas, finish } = toldOf(whole);
  assert.deepEqual([deltas, finish], [[{ ...opening, content: 'OK' }], 'stop']);
  assert.equal(chunksOf(whole.text).at(-2)?.['service_tier'], 'default');
  for (let round = 0; round < 100; round += 1) assert.deepEqual(read(body, randomCuts(body.length, random)), whole);
});

test('transcript 51: raw reasoning becomes reasoning, though its item ends behind the message', { skip }, () => {
  const body = bodyOf(51);
  const random = seededRandom('bridge 51');
  const whole = read(body);
  assert.equal(whole.error, undefined);
  const deltas = deltasOf(whole.text).filter(isJsonObject);
  const text = (member: string): string =>
    deltas.map((delta) => (typeof delta[member] === 'string' ? delta[member] : '')).join('');
  assert.equal(
    text('reasoning_content'),
    'The user asks: "What is 2+2?" They expect a straightforward answer: 4. Just answer 4.',
  );
  assert.equal(text('content'), '4');
  for (let round = 0; round < 100; round += 1) assert.deepEqual(read(body, randomCuts(body.length, random)), whole);
});

test('transcript 17: an error in the stream says nothing to the caller, and another may follow', { skip }, () => {
  const body = bodyOf(17);
  const random = seededRandom('bridge 17');
  for (let round = 0; round < 100; round += 1) {
    const { text, error } = read(body, round === 0 ? [] : randomCuts(body.length, random));
    assert.deepEqual([text, error?.code, error?.next], ['', 'error_in_answer', 'credential']);
  }
});

test('a stream that breaks off at a hundred places is never a clean end', { skip }, () => {
  const random = seededRandom('bridge cuts');
  for (const number of [19, 20, 21, 22, 51]) {
    const body = bodyOf(number);
    const terminal = Math.max(body.lastIndexOf('"response.completed"'), body.lastIndexOf('"response.incomplete"'));
    for (let round = 0; round < 100; round += 1) {
      const { text, error } = read(body.subarray(0, Math.floor(random() * terminal)));
      assert.ok(error?.code === 'cut' || error?.code === 'connection_reset');
      assert.ok(!text.includes('[DONE]') && !/"finish_reason":"/.test(text));
    }
  }
});

const wholeOf = (number: number): JsonObject => {
  const completion = tryParseJson(adapter.readWhole(bodyOf(number), providerRequest()).body.toString('utf8'));
  assert.ok(isJsonObject(completion));
  return completion;
};

test('transcript 23: reasoning goes along encrypted with a whole answer', { skip }, () => {
  const completion = wholeOf(23);
  const message = choiceOf(completion)?.['message'];
  assert.ok(isJsonObject(message) && Array.isArray(message['reasoning_details']));
  const [summary, sealed] = message['reasoning_details'].filter(isJsonObject);
  assert.deepEqual(
    [summary?.['type'], summary?.['index'], sealed?.['type'], sealed?.['index']],
    ['reasoning.summary', 0, 'reasoning.encrypted', 1],
  );
  assert.equal(summary?.['id'], 'rs_0f35ed53160b395301693cc95817ac8190b978637daea4987e');
  assert.ok(typeof message['content'] === 'string' && message['content'].endsWith('Final result: 570'));
  assert.deepEqual(choiceOf(completion)?.['finish_reason'], 'stop');
  assert.equal(completion['service_tier'], 'default');
});

test('transcript 24: a call becomes a call', { skip }, () => {
  assert.deepEqual(choiceOf(wholeOf(24)), {
    index: 0,
    message: {
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [{ id: 'call_REDACTED_1', type: 'function', function: { name: 'add', arguments: '{"x":5,"y":3}' } }],
    },
    logprobs: null,
    finish_reason: 'tool_calls',
  });
});
