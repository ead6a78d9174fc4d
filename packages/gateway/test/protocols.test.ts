import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import Anthropic, { BadRequestError } from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let simulator: ProviderSimulator;
let gateway: TestGateway;
let openai: OpenAI;
let anthropic: Anthropic;

before(async () => {
  simulator = await startProviderSimulator({ port: 0, keepBodies: true });
  gateway = await startTestGateway({ config: simulatorConfig(simulator.url) });
  openai = new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: gateway.key, baseURL: gateway.url, maxRetries: 0 });
});

after(async () => {
  await simulator.stop();
  await gateway.stop();
});

const turns = (content: string) => [{ role: 'user' as const, content }];

for (const model of ['sim-openrouter', 'sim-openai', 'sim-anthropic', 'sim-local']) {
  describe(`@anthropic-ai/sdk against ${model}`, () => {
    it('gets a message with usage, and headers of its protocol', async () => {
      const { data, response } = await anthropic.messages
        .create({ model, max_tokens: 200, messages: turns('hello') })
        .withResponse();
      assert.equal(data.type, 'message');
      assert.match(data.content.map((block) => (block.type === 'text' ? block.text : '')).join(''), /hello/);
      assert.equal(data.stop_reason, 'end_turn');
      assert.ok(data.usage.input_tokens > 0 && data.usage.output_tokens > 0);
      assert.equal(response.headers.get('request-id'), response.headers.get('x-request-id'));
      assert.equal(response.headers.get('anthropic-ratelimit-requests-limit'), '100000');
      assert.equal((await gateway.requestLine(response))['endpoint'], 'messages');
    });

    it('streams a message that its accumulator takes', async () => {
      const stream = anthropic.messages.stream({ model, max_tokens: 200, messages: turns('[[words:40]]') });
      const message = await stream.finalMessage();
      const [block] = message.content;
      assert.equal(block?.type === 'text' ? block.text.split(' ').length : 0, 40);
      assert.ok(message.usage.output_tokens > 0);
    });
  });

  describe(`the openai package's responses against ${model}`, () => {
    it('gets a response with usage', async () => {
      const { data, response } = await openai.responses.create({ model, input: 'hello' }).withResponse();
      assert.equal(data.status, 'completed');
      assert.match(data.output_text, /hello/);
      assert.ok((data.usage?.input_tokens ?? 0) > 0 && (data.usage?.output_tokens ?? 0) > 0);
      assert.equal((await gateway.requestLine(response))['endpoint'], 'responses');
    });

    it('streams a response that its accumulator takes', async () => {
      const stream = openai.responses.stream({ model, input: '[[words:40]]' });
      const response = await stream.finalResponse();
      // OpenRouter's own `output_text` is empty in a stream.
      const [item] = response.output;
      const [part] = item?.type === 'message' ? item.content : [];
      assert.equal(part?.type === 'output_text' ? part.text.split(' ').length : 0, 40);
    });
  });
}

describe('errors in the protocol of the endpoint', () => {
  it("are Anthropic's on /v1/messages", async () => {
    const call = anthropic.messages.create({ model: 'no-such-model', max_tokens: 5, messages: turns('x') });
    await assert.rejects(call, { status: 404, type: 'not_found_error' });
    const wrong = anthropic.messages.create({ model: 'sim-anthropic', max_tokens: 0, messages: turns('x') });
    await assert.rejects(wrong, BadRequestError);
  });

  it('count tokens where the provider can, and say so where it cannot', async () => {
    const counted = await anthropic.messages.countTokens({ model: 'sim-anthropic', messages: turns('hello there') });
    assert.ok(counted.input_tokens > 0);
    const other = anthropic.messages.countTokens({ model: 'sim-openai', messages: turns('hello') });
    await assert.rejects(other, { status: 400, type: 'invalid_request_error' });
  });
});
