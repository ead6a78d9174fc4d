import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { isJsonArray, isJsonObject, tryParseJson, type JsonObject, type JsonValue } from '@tollgate/core';
import OpenAI from 'openai';
import { providerRequest } from '../support/provider-request.ts';
import { serveHttp } from '../support/serve.ts';
import { checkResponseStream } from './support/check-grammar.ts';
import { bodyOf, isStream, overResponses, recordedAnswers, skip } from './support/recorded.ts';
import { chunkOf, finishOf, readPieces, responsesCall, sayChunks } from './support/say.ts';

const asked = { ...providerRequest(), call: responsesCall({ stream: true }) };

const thinking = (members: JsonObject): JsonObject =>
  chunkOf({ reasoning_details: [{ type: 'reasoning.text', format: 'anthropic-claude-v1', index: 0, ...members }] });

/** An answer with everything in it that a chat completion can say. */
const fullChunks: readonly JsonObject[] = [
  thinking({ text: 'Let me ' }),
  thinking({ text: 'see.' }),
  thinking({ signature: 'c2ln' }),
  chunkOf(
    { content: 'So ' },
    { logprobs: { content: [{ token: 'So ', logprob: -1, bytes: [83], top_logprobs: [] }] } },
  ),
  chunkOf({
    content: 'far',
    annotations: [
      { type: 'url_citation', url_citation: { url: 'https://a.example', title: 'A', start_index: 0, end_index: 3 } },
    ],
  }),
  chunkOf({ refusal: 'No more.' }),
  chunkOf({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] }),
  chunkOf({ tool_calls: [{ index: 1, id: 'b', type: 'custom', custom: { name: 'p', input: 'x' } }] }),
  chunkOf({ tool_calls: [{ index: 0, function: { arguments: '{}' } }] }),
  chunkOf({ content: 'behind' }),
  finishOf('tool_calls'),
  { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } },
];

/** Streams by name, as a caller of the Responses API gets them. */
function streams(): ReadonlyMap<string, string> {
  const made = recordedAnswers().flatMap(({ name, chat, exchanges }) =>
    exchanges
      .filter((exchange) => exchange.response.status === 200 && isStream(bodyOf(exchange)))
      .map(
        (exchange, index) =>
          [`${name} ${index}`, readPieces(overResponses(chat).createStreamReader(asked), bodyOf(exchange))] as const,
      )
      .filter(([, { error }]) => error === undefined)
      .map(([title, { text }]) => [title, text] as const),
  );
  return new Map([
    ['everything', sayChunks(fullChunks)],
    ['everything, summarised', sayChunks(fullChunks, { reasoning: { summary: 'auto' } })],
    ['cut short', sayChunks([...fullChunks.slice(0, -2), finishOf('length')])],
    ...made,
  ]);
}

/** What the SDK adds of its own is left out. */
function withoutParsed(value: JsonValue | undefined): JsonValue | undefined {
  if (isJsonArray(value)) return value.map((item) => withoutParsed(item) ?? null);
  if (!isJsonObject(value)) return value;
  const { parsed: _parsed, parsed_arguments: _arguments, ...rest } = value;
  return Object.fromEntries(Object.entries(rest).map(([name, member]) => [name, withoutParsed(member)]));
}

const asJson = (value: unknown): JsonObject => {
  const json = tryParseJson(JSON.stringify(value));
  assert.ok(isJsonObject(json));
  return json;
};

/** Answers with the stream that the request names as its model. */
const serve =
  (answers: ReadonlyMap<string, string>) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = tryParseJson(Buffer.concat(chunks).toString('utf8'));
      const model = isJsonObject(body) && typeof body['model'] === 'string' ? body['model'] : '';
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answers.get(model));
    });
  };

test("OpenAI's own SDK makes of every stream the response that the stream ends with", async (context) => {
  const answers = streams();
  assert.ok(skip !== false || answers.size > 25, `only ${answers.size} streams`);
  const client = new OpenAI({ apiKey: 'k', baseURL: await serveHttp(context, serve(answers)), maxRetries: 0 });
  for (const [model, text] of answers) {
    const expected = checkResponseStream(text);
    const stream = client.responses.stream({ model, input: 'Hello' });
    let deltas = '';
    stream.on('response.output_text.delta', ({ delta }) => {
      deltas += delta;
    });
    const final = asJson(await stream.finalResponse());
    assert.deepEqual(withoutParsed(final['output']), expected['output'], model);
    for (const member of ['id', 'status', 'usage', 'incomplete_details', 'model']) {
      assert.deepEqual(final[member], expected[member], `${model}: ${member}`);
    }
    assert.equal(final['output_text'], deltas, model);
  }
});
