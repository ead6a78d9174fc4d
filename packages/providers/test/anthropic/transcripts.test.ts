import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isJsonArray, isJsonObject, tryParseJson, type JsonObject, type JsonValue } from '@tollgate/core';
import { readTranscripts, type Exchange } from '@tollgate/provider-simulator';
import { randomCuts, seededRandom } from './support/cuts.ts';
import { replay } from './support/replay.ts';
import { translate, turnsOf } from './support/translate.ts';

/** A folder of recorded exchanges; the expectations here were checked against them by hand. */
const wireFolder = process.env['TOLLGATE_WIRE_DIR'];
const skip = wireFolder === undefined && 'TOLLGATE_WIRE_DIR is not set';
const fixtures = join(import.meta.dirname, 'fixtures');

function recorded(name: string): readonly Exchange[] {
  const folder = wireFolder ?? '';
  const file = readdirSync(folder).find((other) => other.startsWith(`${name}.`));
  assert.ok(file, `no transcript ${name}`);
  return readTranscripts(join(folder, file));
}

/** As JSON, so that absent and undefined are the same. */
const asJson = (value: unknown): JsonValue | undefined => tryParseJson(JSON.stringify(value));

for (const file of readdirSync(fixtures)) {
  const name = file.replace(/\.json$/, '');

  test(`${name} is read as expected, however its bytes are cut`, { skip }, () => {
    const expected = tryParseJson(readFileSync(join(fixtures, file), 'utf8'));
    const exchanges = recorded(name);
    const random = seededRandom(name);
    assert.deepEqual(asJson(exchanges.map((exchange) => replay(exchange))), expected);
    const everyByte = exchanges.map((exchange) => replay(exchange, [...exchange.response.body.keys()]));
    assert.deepEqual(asJson(everyByte), expected);
    for (let round = 0; round < 25; round += 1) {
      const cut = exchanges.map((exchange) => replay(exchange, randomCuts(exchange.response.body.length, random)));
      assert.deepEqual(asJson(cut), expected);
    }
  });
}

const requestOf = (exchange: Exchange | undefined): JsonObject => {
  const body = tryParseJson(exchange?.request?.body ?? '');
  assert.ok(isJsonObject(body), 'the transcript holds no request');
  return body;
};

test('the chat twin of a recorded agent turn becomes the turns that Anthropic accepted', { skip }, () => {
  const [, second] = recorded('33-anthropic-nonstream-parallel-tools-roundtrip');
  const { messages } = requestOf(second);
  assert.ok(isJsonArray(messages));
  const [question, answer, results] = messages.filter(isJsonObject);
  assert.ok(isJsonArray(answer?.['content']) && isJsonArray(results?.['content']));
  const [said, ...calls] = answer['content'].filter(isJsonObject);
  const twin = [
    question,
    {
      role: 'assistant',
      content: said?.['text'],
      tool_calls: calls.map(({ id, name, input }) => ({
        id,
        type: 'function',
        function: { name, arguments: JSON.stringify(input) },
      })),
    },
    ...results['content']
      .filter(isJsonObject)
      .map(({ tool_use_id, content }) => ({ role: 'tool', tool_call_id: tool_use_id, content })),
  ];
  const resultsAsBlocks = results['content'].filter(isJsonObject).map(({ type, tool_use_id, content }) => ({
    type,
    tool_use_id,
    content: [{ type: 'text', text: content }],
  }));
  assert.deepEqual(turnsOf(twin), [question, answer, { role: 'user', content: resultsAsBlocks }]);
});

test('the chat twin of a recorded question about a PDF becomes the request that Anthropic accepted', { skip }, () => {
  const [exchange] = recorded('35-anthropic-request-document-url-pdf');
  const { stream: _unsaid, ...accepted } = requestOf(exchange);
  const content = [
    { type: 'text', text: 'What is the main content on this document?' },
    { type: 'file', file: { file_data: 'https://pdfobject.com/pdf/sample.pdf' } },
  ];
  const { body } = translate({ messages: [{ role: 'user', content }] }, { outputCapTokens: 4096 });
  assert.deepEqual(body, accepted);
});
