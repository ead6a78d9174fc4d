import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import OpenAI, { APIError, AuthenticationError, BadRequestError, NotFoundError, RateLimitError } from 'openai';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let simulator: ProviderSimulator;
let gateway: TestGateway;
let client: OpenAI;

before(async () => {
  simulator = await startProviderSimulator({ port: 0, keepBodies: true });
  gateway = await startTestGateway({ config: simulatorConfig(simulator.url) });
  client = clientWith(gateway.key);
});

after(async () => {
  await simulator.stop();
  await gateway.stop();
});

const clientWith = (apiKey: string): OpenAI => new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });

const say = (content: string) => [{ role: 'user' as const, content }];

const weatherTool = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'Weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

for (const model of ['sim-openrouter', 'sim-openai', 'sim-anthropic', 'sim-local']) {
  describe(`the openai package against ${model}`, () => {
    it('gets a chat completion with usage', async () => {
      const completion = await client.chat.completions.create({ model, messages: say('hello') });
      assert.equal(completion.object, 'chat.completion');
      assert.match(completion.choices[0]?.message.content ?? '', /hello/);
      assert.equal(completion.choices[0]?.finish_reason, 'stop');
      assert.ok((completion.usage?.prompt_tokens ?? 0) > 0);
      assert.ok((completion.usage?.completion_tokens ?? 0) > 0);
    });

    it('streams text, with usage only where asked', async () => {
      const text: string[] = [];
      let usages = 0;
      for await (const chunk of await client.chat.completions.create({
        model,
        messages: say('[[words:40]]'),
        stream: true,
      })) {
        text.push(chunk.choices[0]?.delta.content ?? '');
        if (chunk.usage) usages += 1;
      }
      assert.equal(text.join('').split(' ').length, 40);
      if (model !== 'sim-openrouter') assert.equal(usages, 0);

      const stream = await client.chat.completions.create({
        model,
        messages: say('hello'),
        stream: true,
        stream_options: { include_usage: true },
      });
      const chunks = await Array.fromAsync(stream);
      assert.ok((chunks.findLast((chunk) => chunk.usage)?.usage?.completion_tokens ?? 0) > 0);
    });

    it('runs a tool loop', async () => {
      const messages: OpenAI.ChatCompletionMessageParam[] = say('[[tool:get_weather]] weather?');
      const asked = await client.chat.completions.create({ model, messages, tools: [weatherTool] });
      const [choice] = asked.choices;
      assert.equal(choice?.finish_reason, 'tool_calls');
      const [toolCall] = choice?.message.tool_calls ?? [];
      assert.ok(choice && toolCall?.type === 'function');
      assert.equal(toolCall.function.name, 'get_weather');
      assert.ok('city' in (JSON.parse(toolCall.function.arguments) as object));
      messages.push(choice.message, { role: 'tool', tool_call_id: toolCall.id, content: 'sunny' });
      const answered = await client.chat.completions.create({ model, messages, tools: [weatherTool] });
      assert.match(answered.choices[0]?.message.content ?? '', /sunny/);
    });

    it('streams tool calls that its own helper puts together', async () => {
      const stream = client.chat.completions.stream({
        model,
        messages: say('[[tool:get_weather]]'),
        tools: [weatherTool],
      });
      const final = await stream.finalChatCompletion();
      const [toolCall] = final.choices[0]?.message.tool_calls ?? [];
      assert.equal(toolCall?.type, 'function');
      assert.doesNotThrow(() => JSON.parse(toolCall?.function.arguments ?? ''));
    });

    it('gets output that keeps to a JSON schema', async () => {
      const completion = await client.chat.completions.create({
        model,
        messages: say('answer'),
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'answer',
            strict: true,
            schema: {
              type: 'object',
              properties: { count: { type: 'integer' } },
              required: ['count'],
              additionalProperties: false,
            },
          },
        },
      });
      const answer = JSON.parse(completion.choices[0]?.message.content ?? '') as { count: unknown };
      assert.equal(typeof answer.count, 'number');
    });

    it('is told finish_reason length where the cap cuts', async () => {
      const completion = await client.chat.completions.create({
        model,
        messages: say('[[words:100]]'),
        max_completion_tokens: 5,
      });
      assert.equal(completion.choices[0]?.finish_reason, 'length');
    });
  });
}

describe('errors, as the openai package sees them', () => {
  const attempt = async (run: () => Promise<unknown>): Promise<APIError> => {
    try {
      await run();
    } catch (error) {
      assert.ok(error instanceof APIError, String(error));
      return error;
    }
    return assert.fail('nothing was thrown');
  };

  it('a rate limit is a RateLimitError with retry-after and what is left', async () => {
    const { key } = await gateway.createKey({ limits: { requestsPerMinute: 1 } });
    const limited = clientWith(key);
    const create = () => limited.chat.completions.create({ model: 'sim-openai', messages: say('hi') }).withResponse();
    const { response } = await create();
    assert.equal(response.headers.get('x-ratelimit-remaining-requests'), '0');
    const error = await attempt(create);
    assert.ok(error instanceof RateLimitError);
    assert.equal(error.code, 'rate_limit_exceeded');
    assert.ok(Number(error.headers?.get('retry-after')) >= 1);
    assert.equal(error.headers?.get('x-ratelimit-limit-requests'), '1');
    assert.match(error.message, /the key's limit of 1 requests a minute/);
  });

  it('a wrong key is an AuthenticationError', async () => {
    const wrong = `${gateway.key.slice(0, -1)}${gateway.key.endsWith('0') ? '1' : '0'}`;
    const error = await attempt(() =>
      clientWith(wrong).chat.completions.create({ model: 'sim-openai', messages: say('hi') }),
    );
    assert.ok(error instanceof AuthenticationError);
  });

  it('an unknown model is a NotFoundError, a bad field a BadRequestError with its name', async () => {
    const unknown = await attempt(() => client.chat.completions.create({ model: 'nope', messages: say('hi') }));
    assert.ok(unknown instanceof NotFoundError);
    const bad = await attempt(() => client.chat.completions.create({ model: 'sim-openai', messages: say('hi'), n: 0 }));
    assert.ok(bad instanceof BadRequestError);
    assert.equal(bad.param, 'n');
  });

  it('a call larger than the limit is a BadRequestError, not a rate limit', async () => {
    const { key } = await gateway.createKey({ limits: { tokensPerMinute: 10 } });
    const error = await attempt(() =>
      clientWith(key).chat.completions.create({ model: 'sim-openai', messages: say('hi'), max_completion_tokens: 500 }),
    );
    assert.ok(error instanceof BadRequestError);
    assert.equal(error.code, 'request_exceeds_limit');
  });

  it('a stream that breaks off throws, after the content that came', async () => {
    const stream = await client.chat.completions.create({
      model: 'sim-openai',
      messages: say('[[words:40]] [[fault:cut_between_events]]'),
      stream: true,
    });
    let pieces = 0;
    const error = await attempt(async () => {
      for await (const chunk of stream) pieces += chunk.choices.length;
    });
    assert.ok(pieces > 0);
    assert.equal(error.code, 'upstream_cut');
  });
});
