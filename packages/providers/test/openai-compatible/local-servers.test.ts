import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import { systemClock, type JsonObject } from '@tollgate/core';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { createProviders } from '../../src/index.ts';
import { finishChunk, textChunk, done } from '../support/chat-answers.ts';
import { providerRequest } from '../support/provider-request.ts';
import { RecordedAnswer } from '../support/record-answer.ts';
import { serveHttp, startStream } from '../support/serve.ts';

let simulator: ProviderSimulator;

before(async () => {
  simulator = await startProviderSimulator({ port: 0 });
});

after(() => simulator.stop());

const servers = [
  { name: 'Ollama', path: '/ollama/v1', reasoning: 'reasoning' },
  { name: 'vLLM', path: '/vllm/v1', reasoning: 'reasoning_content' },
  { name: 'llama.cpp', path: '/compatible/v1', reasoning: 'reasoning_content' },
] as const;

const tool = { name: 'get_weather', schema: { type: 'object', properties: { city: { type: 'string' } } } };
const chatTool = { type: 'function', function: { name: tool.name, parameters: tool.schema } };
const messagesTool = { name: tool.name, input_schema: tool.schema };

type Asked = JsonObject & { readonly isMessages?: boolean };

/** A call of a server that needs no key. */
async function ask(context: TestContext, baseUrl: string, { isMessages = false, ...body }: Asked) {
  const providers = createProviders([{ name: 'local', type: 'openai-compatible', baseUrl }], { clock: systemClock });
  const provider = providers.get('local');
  assert.ok(provider);
  context.after(() => provider.close());
  const request = providerRequest({ body: { model: 'llama3', ...body }, secret: '', providerModel: 'llama3' });
  const call = isMessages
    ? ({ ...request.call, endpoint: 'messages', protocol: 'anthropic_messages' } as const)
    : { ...request.call, wantsStreamUsage: true };
  const answer = new RecordedAnswer();
  provider.send({ ...request, call }, answer);
  return answer.over();
}

const say = (content: string) => ({ messages: [{ role: 'user', content }] });

for (const { name, path, reasoning } of servers) {
  const base = () => `${simulator.url}${path}`;

  test(`${name}: reasoning, a call of a tool and usage are understood, whole and streamed`, async (context) => {
    for (const stream of [false, true]) {
      const asked = { ...say('[[think:Well now.]] [[tool:get_weather]]'), tools: [chatTool], stream };
      const { progress, text, error } = await ask(context, base(), asked);
      assert.equal(error, undefined);
      assert.equal(progress?.finishReason, 'tool_calls');
      assert.ok((progress.usage?.output ?? 0) > 0 && (progress.usage?.inputUncached ?? 0) > 0);
      assert.ok(progress.contentBytes >= 'Well now.{}'.length);
      assert.match(text, new RegExp(`"${reasoning}":`));
      assert.match(text, /"get_weather"/);
    }
  });

  test(`${name}: callers of Messages get its reasoning as thinking`, async (context) => {
    const asked = { ...say('[[think:Well now.]] [[tool:get_weather]]'), tools: [messagesTool], max_tokens: 500 };
    const whole = await ask(context, base(), { ...asked, isMessages: true });
    assert.match(whole.text, /"type":"thinking","thinking":"Well now\."/);
    assert.match(whole.text, /"type":"tool_use".*"stop_reason":"tool_use"/);
    const streamed = await ask(context, base(), { ...asked, stream: true, isMessages: true });
    assert.match(streamed.text, /"thinking_delta"/);
    assert.match(streamed.text, /event: message_stop\n/);
  });

  test(`${name}: its errors are told apart`, async (context) => {
    const code = async (prompt: string) => (await ask(context, base(), say(prompt))).error?.code;
    assert.equal(await code('[[fault:404]]'), 'model_not_found');
    // Ollama drops what does not fit, and refuses nothing.
    if (name !== 'Ollama') assert.equal(await code('[[fault:context_too_long]]'), 'context_too_long');
    assert.equal(await code('[[fault:429]]'), 'rate_limited');
    assert.equal(await code('[[fault:503]]'), 'overloaded');
    assert.equal(await code('[[fault:400]]'), 'request_rejected');
    assert.equal(await code('[[fault:error_in_200]]'), 'error_in_answer');
  });
}

test('a server that counts nothing gives an answer whose usage is unknown, not zero', async (context) => {
  const origin = await serveHttp(context, (_request, response) => {
    startStream(response).end(textChunk('Hi') + finishChunk('stop') + done);
  });
  const { progress, error } = await ask(context, `${origin}/v1`, { ...say('hello'), stream: true });
  assert.equal(error, undefined);
  assert.equal(progress?.usage, undefined);
  assert.equal(progress?.contentBytes, 2);
});
