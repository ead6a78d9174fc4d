import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import OpenAI, { AzureOpenAI } from 'openai';
import { at, eventData, sendTo, startFor } from './simulated-call.ts';

const deployment = 'gpt-4o-mini';
const messages = [{ role: 'user' as const, content: 'good day' }];

async function connect(t: TestContext) {
  const simulator = await startFor(t, { keys: { azure: ['azure-key'] } });
  const azure = new AzureOpenAI({
    endpoint: `${simulator.url}/azure`,
    apiKey: 'azure-key',
    apiVersion: '2024-10-21',
    maxRetries: 0,
  });
  return { simulator, azure };
}

describe('the openai package against the simulated Azure', () => {
  test('a deployment answers, whole and streamed, and is charged', async (t) => {
    const { azure, simulator } = await connect(t);
    const whole = await azure.chat.completions.create({ model: deployment, messages });
    assert.equal(whole.choices[0]?.message.content, 'You said: good day');
    const stream = await azure.chat.completions.create({ model: deployment, messages, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    assert.equal(text, 'You said: good day');
    await simulator.waitForCalls(2);
    assert.deepEqual(
      simulator.ledger().map(({ provider, model, usage }) => [provider, model, usage.output]),
      [
        ['azure', deployment, 5],
        ['azure', deployment, 5],
      ],
    );
  });

  test('the newer path takes the deployment as the model', async (t) => {
    const { simulator } = await connect(t);
    const openai = new OpenAI({ baseURL: simulator.baseUrls.azure, apiKey: 'azure-key', maxRetries: 0 });
    const answer = await openai.chat.completions.create({ model: deployment, messages });
    assert.equal(answer.choices[0]?.finish_reason, 'stop');
  });

  test('a response says what the filter found, is gone on from, and is forgotten', async (t) => {
    const { simulator } = await connect(t);
    const openai = new OpenAI({ baseURL: simulator.baseUrls.azure, apiKey: 'azure-key', maxRetries: 0 });
    const first = await openai.responses.create({ model: deployment, input: 'good day' });
    assert.equal(at(JSON.stringify(first), 'content_filters', 1, 'source_type'), 'completion');
    const second = await openai.responses.create({ model: deployment, input: 'on', previous_response_id: first.id });
    assert.equal((await openai.responses.inputItems.list(second.id)).data.length, 1);
    await openai.responses.delete(second.id);
    await assert.rejects(openai.responses.retrieve(second.id), OpenAI.NotFoundError);
    await assert.rejects(openai.responses.create({ model: 'no-such', input: 'x' }), { code: 'DeploymentNotFound' });
  });

  test('a completion begins with what the filter found in the prompt, and the deployment draws, speaks and listens', async (t) => {
    const { azure } = await connect(t);
    const stream = await azure.completions.create({ model: 'gpt-35-turbo-instruct', prompt: 'good day', stream: true });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    assert.deepEqual(chunks[0]?.choices, []);
    const image = await azure.images.generate({ model: 'gpt-image-1', prompt: 'a gate' });
    assert.ok(image.data?.[0]?.b64_json);
    const speech = await azure.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'hello' });
    assert.ok((await speech.arrayBuffer()).byteLength > 0);
    const file = new File([new Uint8Array(32_000)], 'said.mp3');
    const { text } = await azure.audio.transcriptions.create({ model: 'whisper-1', file, prompt: '[[say:hi]]' });
    assert.equal(text, 'hi');
  });

  test('texts are embedded', async (t) => {
    const { azure } = await connect(t);
    const { data } = await azure.embeddings.create({ model: 'text-embedding-3-small', input: 'good day' });
    assert.equal(data[0]?.embedding.length, 1536);
  });

  test('a wrong key and a missing version are refused by its gateway, a blocked prompt by its filter', async (t) => {
    const { simulator, azure } = await connect(t);
    const wrong = new AzureOpenAI({
      endpoint: `${simulator.url}/azure`,
      apiKey: 'wrong',
      apiVersion: '2024-10-21',
      maxRetries: 0,
    });
    await assert.rejects(wrong.chat.completions.create({ model: deployment, messages }), OpenAI.AuthenticationError);
    await assert.rejects(
      azure.chat.completions.create({ model: deployment, messages: [{ role: 'user', content: '[[block]] x' }] }),
      (error) => error instanceof OpenAI.BadRequestError && error.code === 'content_filter',
    );
    const open = await startFor(t);
    const path = `/azure/openai/deployments/${deployment}/chat/completions`;
    const unversioned = await sendTo(open, path, { messages });
    assert.equal(unversioned.status, 404);
    assert.equal(at(unversioned.body, 'error', 'message'), 'Resource not found');
    const unknown = await sendTo(open, path.replace(deployment, 'no-such').concat('?api-version=1'), { messages });
    assert.equal(at(unknown.body, 'error', 'code'), 'DeploymentNotFound');
  });

  test('a stream begins with what the filter found in the prompt, and each piece has its own', async (t) => {
    const path = '/azure/openai/v1/chat/completions';
    const { body } = await sendTo(await startFor(t), path, { model: deployment, messages, stream: true });
    const events = eventData(body);
    const [first = '', role = '', content = ''] = events;
    assert.deepEqual(at(first, 'choices'), []);
    assert.equal(at(first, 'model'), '');
    assert.equal(at(first, 'prompt_filter_results', 0, 'content_filter_results', 'hate', 'severity'), 'safe');
    assert.deepEqual(at(role, 'choices', 0, 'content_filter_results'), {});
    assert.equal(at(content, 'choices', 0, 'content_filter_results', 'hate', 'filtered'), false);
  });
});
