import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonArray, isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import { providerRequest } from '../support/provider-request.ts';
import { checkResponseStream } from './support/check-grammar.ts';
import { bodyOf, chatAdapters, overResponses, recordedAnswers, skip } from './support/recorded.ts';
import { readPieces, responsesCall } from './support/say.ts';

const claude = overResponses(chatAdapters.anthropic);

/** The response that a caller gets of a recorded answer of Claude. */
function responseOf(number: number, body: JsonObject): JsonObject {
  const recorded = recordedAnswers().find(({ name }) => name.startsWith(`${number}-`));
  const exchange = recorded?.exchanges[0];
  assert.ok(exchange, `no transcript ${number}`);
  const asked = { ...providerRequest(), call: responsesCall({ ...body, stream: true }) };
  const { text, error } = readPieces(claude.createStreamReader(asked), bodyOf(exchange));
  assert.equal(error, undefined);
  return checkResponseStream(text);
}

/** The thinking that Claude is sent back with the next question. */
function sentThinking(output: readonly JsonObject[], providerModel: string): readonly JsonObject[] {
  const input = [{ role: 'user', content: 'q' }, ...output, { role: 'user', content: 'go on' }];
  const request = { ...providerRequest({ providerModel }), call: responsesCall({ input }) };
  const sent = tryParseJson(claude.buildRequest(request).body.toString('utf8'));
  assert.ok(isJsonObject(sent) && isJsonArray(sent['messages']));
  const turn = sent['messages'].filter(isJsonObject).find(({ role }) => role === 'assistant');
  return (isJsonArray(turn?.['content']) ? turn['content'] : [])
    .filter(isJsonObject)
    .filter(({ type }) => type === 'thinking' || type === 'redacted_thinking');
}

/** What the provider streamed, block by block. */
function recordedThinking(number: number): readonly JsonObject[] {
  const exchange = recordedAnswers().find(({ name }) => name.startsWith(`${number}-`))?.exchanges[0];
  assert.ok(exchange);
  const blocks = new Map<unknown, { type: string; thinking: string; signature: string; data: string }>();
  for (const line of bodyOf(exchange).toString('utf8').split('\n')) {
    const event = line.startsWith('data: ') ? tryParseJson(line.slice('data: '.length)) : undefined;
    if (!isJsonObject(event)) continue;
    const { index, content_block: block, delta } = event;
    if (isJsonObject(block) && (block['type'] === 'thinking' || block['type'] === 'redacted_thinking')) {
      const data = typeof block['data'] === 'string' ? block['data'] : '';
      blocks.set(index, { type: block['type'], thinking: '', signature: '', data });
    }
    const open = blocks.get(index);
    if (open === undefined || !isJsonObject(delta)) continue;
    if (typeof delta['thinking'] === 'string') open.thinking += delta['thinking'];
    if (typeof delta['signature'] === 'string') open.signature += delta['signature'];
  }
  return [...blocks.values()].map(({ type, thinking, signature, data }) =>
    type === 'thinking' ? { type, thinking, signature } : { type, data },
  );
}

const outputOf = ({ output }: JsonObject): readonly JsonObject[] =>
  isJsonArray(output) ? output.filter(isJsonObject) : [];

for (const number of [27, 28]) {
  test(
    `transcript ${number}: Claude gets its thinking back, signed as it was, from a caller of Responses`,
    { skip },
    () => {
      const expected = recordedThinking(number);
      assert.ok(expected.length > 0);
      for (const reasoning of [{ effort: 'low' }, { effort: 'low', summary: 'auto' }]) {
        const response = responseOf(number, { reasoning });
        const { model } = response;
        assert.ok(typeof model === 'string');
        assert.deepEqual(sentThinking(outputOf(response), model), expected);
        // Clients that know OpenAI's members alone keep no more of a reasoning item than these.
        const kept = outputOf(response).map((item) =>
          item['type'] === 'reasoning'
            ? {
                type: 'reasoning',
                id: item['id'],
                summary: item['summary'],
                encrypted_content: item['encrypted_content'],
              }
            : item,
        );
        assert.deepEqual(sentThinking(kept, model), expected);
        assert.deepEqual(sentThinking(kept, 'claude-other-9'), []);
      }
    },
  );
}
