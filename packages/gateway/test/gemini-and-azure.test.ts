import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
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
  gateway = await startTestGateway({ config: simulatorConfig(simulator.url, sections(simulator.url)) });
  openai = new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: gateway.key, baseURL: gateway.url, maxRetries: 0 });
});

after(async () => {
  await simulator.stop();
  await gateway.stop();
});

const sections = (url: string) => ({
  providers: `
  gemini: { type: gemini, base_url: "${url}/gemini/v1beta", api_key: simulated-key }
  azure: { type: azure, base_url: "${url}/azure/openai/v1", api_key: simulated-key }
  azure-dated: { type: azure, base_url: "${url}/azure/openai", api_version: 2024-10-21, api_key: simulated-key }`,
  models: `
  sim-gemini: { targets: [ { provider: gemini, model: gemini-3.6-flash } ] }
  sim-embedding: { targets: [ { provider: gemini, model: gemini-embedding-001 } ] }
  sim-azure: { targets: [ { provider: azure, model: gpt-4o-mini } ] }
  sim-azure-dated: { targets: [ { provider: azure-dated, model: gpt-4o-mini } ] }`,
  tiers: `
  pro: { requests_per_minute: 100000, tokens_per_minute: 100000000, concurrency: 1000, models: ["*"] }`,
  pricing: '{}',
});

const say = (content: string) => [{ role: 'user' as const, content }];

const nanoUsd = (costUsd: unknown): number => Math.round(Number(costUsd) * 1e9);

const schema = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };
const chatTool = { type: 'function' as const, function: { name: 'get_weather', parameters: schema } };

describe('the openai package against Gemini', () => {
  const model = 'sim-gemini';

  it('gets a chat completion, charged by the shipped price', async () => {
    const { data, response } = await openai.chat.completions
      .create({ model, messages: say('hello'), max_completion_tokens: 200 })
      .withResponse();
    assert.match(data.choices[0]?.message.content ?? '', /hello/);
    assert.equal(data.choices[0]?.finish_reason, 'stop');
    const { prompt_tokens: prompt = 0, completion_tokens: completion = 0 } = data.usage ?? {};
    const line = await gateway.requestLine(response);
    assert.equal(nanoUsd(line['cost_usd']), prompt * 1500 + completion * 7500);
  });

  it('streams text, with usage where asked', async () => {
    const stream = openai.chat.completions.stream({
      model,
      messages: say('[[words:40]]'),
      stream_options: { include_usage: true },
    });
    const completion = await stream.finalChatCompletion();
    assert.equal((completion.choices[0]?.message.content ?? '').split(' ').length, 40);
    assert.ok((completion.usage?.completion_tokens ?? 0) > 0);
  });

  it('runs parallel tools, and what was thought before the calls goes back with them', async () => {
    const asked = say('[[think:Two cities.]] [[tool:get_weather]] [[tool:get_weather]]');
    const first = await openai.chat.completions.create({ model, messages: asked, tools: [chatTool] });
    const message = first.choices[0]?.message;
    assert.equal(first.choices[0]?.finish_reason, 'tool_calls');
    const calls = message?.tool_calls ?? [];
    assert.equal(calls.length, 2);
    // The simulator refuses calls of Gemini 3 whose signature is missing or another.
    const results = calls.toReversed().map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: '21' }));
    const { data, response } = await openai.chat.completions
      .create({
        model,
        messages: [...asked, ...(message === undefined ? [] : [message]), ...results],
        tools: [chatTool],
      })
      .withResponse();
    assert.equal(data.choices[0]?.finish_reason, 'stop');
    assert.equal(response.headers.get('x-tollgate-dropped'), null);
    const sent = simulator.ledger().at(-1)?.requestBody ?? '';
    assert.match(sent, /thoughtSignature/);
    assert.doesNotMatch(sent, /skip_thought_signature_validator/);
  });

  it('gets several choices, JSON by a schema, and a clear refusal of what cannot be said', async () => {
    const several = await openai.chat.completions.create({ model, messages: say('hello'), n: 2 });
    assert.deepEqual(
      several.choices.map(({ index }) => index),
      [0, 1],
    );
    const { choices } = await openai.chat.completions.create({
      model,
      messages: say('hello'),
      response_format: { type: 'json_schema', json_schema: { name: 'place', schema } },
    });
    assert.equal(typeof JSON.parse(choices[0]?.message.content ?? '').city, 'string');
    const biased = openai.chat.completions.create({ model, messages: say('x'), logit_bias: { 1: 1 } });
    await assert.rejects(biased, { status: 400 });
  });

  it('gets a response with its reasoning', async () => {
    const stream = openai.responses.stream({ model, input: '[[think:Well.]] hello', reasoning: { effort: 'low' } });
    const response = await stream.finalResponse();
    assert.match(response.output_text, /hello/);
    assert.ok(response.output.some(({ type }) => type === 'reasoning'));
  });
});

it('embeddings of Gemini are charged by the shipped price, and a count of tokens costs nothing', async () => {
  const embedded = await openai.embeddings.create({ model: 'sim-embedding', input: 'hello there' }).withResponse();
  const line = await gateway.requestLine(embedded.response);
  assert.equal(nanoUsd(line['cost_usd']), embedded.data.usage.prompt_tokens * 150);
  assert.equal(line['estimated'], false);
  const counted = await anthropic.messages.countTokens({ model: 'sim-gemini', messages: say('hello') }).withResponse();
  assert.equal(nanoUsd((await gateway.requestLine(counted.response))['cost_usd']), 0);
});

describe('@anthropic-ai/sdk against Gemini', () => {
  const model = 'sim-gemini';
  const tools = [{ name: 'get_weather', input_schema: schema }];

  it('runs a loop of tools whose thinking comes back, streamed', async () => {
    const messages: Anthropic.MessageParam[] = say('[[think:A city.]] [[tool:get_weather]]');
    const thinking = { type: 'enabled' as const, budget_tokens: 1024 };
    const first = await anthropic.messages
      .stream({ model, max_tokens: 4000, thinking, tools, messages })
      .finalMessage();
    assert.equal(first.stop_reason, 'tool_use');
    assert.ok(first.content.some(({ type }) => type === 'thinking'));
    const results = first.content.flatMap((block) =>
      block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: '21' }] : [],
    );
    messages.push({ role: 'assistant', content: first.content }, { role: 'user', content: results });
    const last = await anthropic.messages.create({ model, max_tokens: 4000, thinking, tools, messages });
    assert.equal(last.stop_reason, 'end_turn');
    assert.ok(last.usage.output_tokens > 0);
  });
});

describe('failures of Gemini', () => {
  it('are told as chat completions tell them', async () => {
    const blocked = await openai.chat.completions.create({ model: 'sim-gemini', messages: say('[[block]]') });
    assert.equal(blocked.choices[0]?.finish_reason, 'content_filter');
    const cut = openai.chat.completions.create({
      model: 'sim-gemini',
      messages: say('[[words:50]] [[fault:cut_mid_event after_events=3]]'),
      stream: true,
    });
    await assert.rejects(async () => {
      for await (const chunk of await cut) assert.equal(chunk.object, 'chat.completion.chunk');
    }, OpenAI.APIError);
    assert.equal(simulator.ledger().at(-1)?.fault, 'cut_mid_event');
    const limited = openai.chat.completions.create({ model: 'sim-gemini', messages: say('[[fault:429]]') });
    await assert.rejects(limited, { status: 503, code: 'no_target_available' });
  });
});

for (const model of ['sim-azure', 'sim-azure-dated']) {
  describe(`the official packages against ${model}`, () => {
    it('get a chat completion, charged by the price of the model that the deployment is called like', async () => {
      const { data, response } = await openai.chat.completions.create({ model, messages: say('hello') }).withResponse();
      assert.match(data.choices[0]?.message.content ?? '', /hello/);
      const { prompt_tokens: prompt = 0, completion_tokens: completion = 0 } = data.usage ?? {};
      const line = await gateway.requestLine(response);
      assert.equal(nanoUsd(line['cost_usd']), prompt * 150 + completion * 600);
    });

    it('stream a call of a tool behind what the filter found', async () => {
      const stream = openai.chat.completions.stream({
        model,
        messages: say('[[tool:get_weather]]'),
        tools: [chatTool],
        stream_options: { include_usage: true },
      });
      const completion = await stream.finalChatCompletion();
      assert.equal(completion.choices[0]?.finish_reason, 'tool_calls');
      assert.ok((completion.usage?.completion_tokens ?? 0) > 0);
    });

    it('get a message', async () => {
      const message = await anthropic.messages.create({ model, max_tokens: 200, messages: say('hello') });
      assert.equal(message.stop_reason, 'end_turn');
    });

    it('are told what the filter refused', async () => {
      const blocked = openai.chat.completions.create({ model, messages: say('[[block]]') });
      await assert.rejects(blocked, { status: 400, message: /content management policy/ });
    });
  });
}

it("callers of Responses are answered by chat completions where Azure's version is dated", async () => {
  const response = await openai.responses.create({ model: 'sim-azure-dated', input: 'hello' });
  assert.match(response.output_text, /hello/);
});
