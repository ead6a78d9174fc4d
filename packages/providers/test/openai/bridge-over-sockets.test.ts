import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { isJsonArray, isJsonObject, systemClock, tryParseJson, type JsonObject } from '@tollgate/core';
import { startProviderSimulator } from '@tollgate/provider-simulator';
import { createProviders, type PooledProvider } from '../../src/index.ts';
import { choiceOf, chunksOf, deltasOf } from '../anthropic/support/message-stream.ts';
import { providerRequest } from '../support/provider-request.ts';
import { RecordedAnswer } from '../support/record-answer.ts';

const tools = [
  {
    type: 'function',
    function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
  },
];

/** OpenAI as it is simulated: it refuses tools with reasoning in chat completions, and checks what it is sent. */
async function connect(context: TestContext): Promise<PooledProvider> {
  const simulator = await startProviderSimulator({ port: 0 });
  context.after(() => simulator.stop());
  const spec = { name: 'openai', type: 'openai', baseUrl: simulator.baseUrls.openai } as const;
  const openai = createProviders([spec], { clock: systemClock }).get('openai');
  assert.ok(openai);
  context.after(() => openai.close());
  return openai;
}

async function ask(openai: PooledProvider, body: JsonObject): Promise<RecordedAnswer> {
  const answer = new RecordedAnswer();
  openai.send(
    providerRequest({ providerModel: 'gpt-5.6', wantsStreamUsage: true, body: { model: 'm', ...body } }),
    answer,
  );
  return answer.over();
}

const messages = [{ role: 'user', content: 'What is the weather in Oslo?' }];

test('an agent loop with reasoning goes to the Responses API turn by turn, and its reasoning goes along', async (context) => {
  const openai = await connect(context);
  const settings = { tools, tool_choice: 'required', reasoning_effort: 'low' };
  const first = await ask(openai, { messages, ...settings });
  assert.equal(first.error, undefined, first.error?.message);
  const message = choiceOf(asJson(first.text))?.['message'];
  assert.ok(isJsonObject(message) && isJsonArray(message['tool_calls']));
  const results = message['tool_calls'].filter(isJsonObject).map(({ id }) => ({
    role: 'tool',
    tool_call_id: id ?? null,
    content: 'rain',
  }));
  assert.ok(results.length > 0);
  const second = await ask(openai, {
    messages: [...messages, message, ...results],
    ...settings,
    tool_choice: 'auto',
  });
  assert.equal(second.error, undefined, second.error?.message);
  assert.ok(first.progress?.answerId?.startsWith('resp_'));
  assert.notEqual(second.progress?.usage, undefined);
});

test('the same streams', async (context) => {
  const openai = await connect(context);
  const answer = await ask(openai, { messages, tools, tool_choice: 'required', stream: true });
  assert.equal(answer.error, undefined, answer.error?.message);
  assert.ok(answer.text.endsWith('data: [DONE]\n\n'));
  const calls = deltasOf(answer.text).filter((delta) => isJsonObject(delta) && isJsonArray(delta['tool_calls']));
  assert.ok(calls.length > 0);
  const chunks = chunksOf(answer.text);
  assert.equal(choiceOf(chunks.at(-2) ?? {})?.['finish_reason'], 'tool_calls');
  assert.ok(isJsonObject(chunks.at(-1)?.['usage']));
});

function asJson(text: string): JsonObject {
  const value = tryParseJson(text);
  assert.ok(isJsonObject(value));
  return value;
}
