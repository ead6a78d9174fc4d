import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import OpenAI from 'openai';
import type { ProviderSimulator } from '../src/index.ts';
import { startFor } from './simulated-call.ts';

const model = 'gpt-4o-mini';
const weatherTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 2 } } },
  },
} as const;

async function connect(t: TestContext): Promise<{ simulator: ProviderSimulator; openai: OpenAI }> {
  const simulator = await startFor(t);
  return { simulator, openai: new OpenAI({ baseURL: simulator.baseUrls.openai, apiKey: 'sk-test', maxRetries: 0 }) };
}

describe('the openai package against the simulated OpenAI', () => {
  test('a chat is answered with what was said, and usage counts four bytes a token', async (t) => {
    const { openai } = await connect(t);
    const answer = await openai.chat.completions.create({ model, messages: [{ role: 'user', content: 'good day' }] });
    assert.equal(answer.choices[0]?.message.content, 'You said: good day');
    assert.equal(answer.choices[0]?.finish_reason, 'stop');
    assert.equal(answer.model, 'gpt-4o-mini-2024-07-18');
    assert.equal(answer.usage?.prompt_tokens, 2);
    assert.equal(answer.usage?.completion_tokens, 5);
  });

  test('a stream adds up to the same answer and reports usage only where it was asked for', async (t) => {
    const { openai } = await connect(t);
    const messages = [{ role: 'user', content: 'good day' }] as const;
    const collect = async (options?: { include_usage: boolean }): Promise<{ text: string; usages: number }> => {
      const stream = await openai.chat.completions.create({
        model,
        messages: [...messages],
        stream: true,
        ...(options === undefined ? {} : { stream_options: options }),
      });
      let text = '';
      let usages = 0;
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? '';
        if (chunk.usage !== undefined && chunk.usage !== null) usages += chunk.usage.completion_tokens;
      }
      return { text, usages };
    };
    assert.deepEqual(await collect(), { text: 'You said: good day', usages: 0 });
    assert.deepEqual(await collect({ include_usage: true }), { text: 'You said: good day', usages: 5 });
  });

  test('a tool that the prompt names is called, and its result is answered in text', async (t) => {
    const { openai } = await connect(t);
    const first = await openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'please use get_weather' }],
      tools: [weatherTool],
    });
    const call = first.choices[0]?.message.tool_calls?.[0];
    assert.ok(call?.type === 'function');
    assert.equal(first.choices[0]?.finish_reason, 'tool_calls');
    assert.deepEqual(JSON.parse(call.function.arguments), { city: 'example city', days: 2 });
    const second = await openai.chat.completions.create({
      model,
      messages: [
        { role: 'user', content: 'please use get_weather' },
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: call.id, content: 'rain' },
      ],
      tools: [weatherTool],
    });
    assert.equal(second.choices[0]?.message.content, 'The tools said: rain');
  });

  test('a streamed tool call arrives with its name first and its arguments in pieces', async (t) => {
    const { openai } = await connect(t);
    const runner = openai.chat.completions.stream({
      model,
      messages: [{ role: 'user', content: '[[tool:get_weather]][[tool:get_weather]] twice' }],
      tools: [weatherTool],
    });
    const answer = await runner.finalChatCompletion();
    const calls = answer.choices[0]?.message.tool_calls ?? [];
    assert.equal(calls.length, 2);
    assert.notEqual(calls[0]?.id, calls[1]?.id);
    for (const call of calls) {
      assert.ok(call.type === 'function');
      assert.deepEqual(JSON.parse(call.function.arguments), { city: 'example city', days: 2 });
    }
  });

  test('a JSON schema is satisfied', async (t) => {
    const { openai } = await connect(t);
    const schema = {
      type: 'object',
      properties: {
        name: { type: 'string' },
        size: { enum: ['small', 'large'] },
        parts: { type: 'array', minItems: 2, items: { $ref: '#/$defs/part' } },
      },
      required: ['name', 'size', 'parts'],
      $defs: { part: { type: 'object', properties: { id: { type: 'integer' } } } },
    };
    const answer = await openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'describe it' }],
      response_format: { type: 'json_schema', json_schema: { name: 'thing', schema } },
    });
    assert.deepEqual(JSON.parse(answer.choices[0]?.message.content ?? ''), {
      name: 'example name',
      size: 'small',
      parts: [{ id: 1 }, { id: 1 }],
    });
  });

  test('the output cap cuts the answer, reasoning first', async (t) => {
    const { openai } = await connect(t);
    const cut = await openai.chat.completions.create({
      model,
      max_completion_tokens: 2,
      messages: [{ role: 'user', content: 'good day' }],
    });
    assert.equal(cut.choices[0]?.finish_reason, 'length');
    assert.equal(cut.choices[0]?.message.content, 'You said');
    const spent = await openai.chat.completions.create({
      model: 'gpt-5-nano',
      max_completion_tokens: 3,
      messages: [{ role: 'user', content: 'good day' }],
    });
    assert.equal(spent.choices[0]?.message.content, '');
    assert.equal(spent.choices[0]?.finish_reason, 'length');
    assert.equal(spent.usage?.completion_tokens_details?.reasoning_tokens, 3);
  });

  test('a stop sequence ends the answer before it', async (t) => {
    const { openai } = await connect(t);
    const answer = await openai.chat.completions.create({
      model,
      stop: ['!', 'day'],
      messages: [{ role: 'user', content: 'good day!' }],
    });
    assert.equal(answer.choices[0]?.message.content, 'You said: good ');
    assert.equal(answer.choices[0]?.finish_reason, 'stop');
  });

  test('n answers come as n choices, in a stream mixed', async (t) => {
    const { openai } = await connect(t);
    const stream = await openai.chat.completions.create({
      model,
      n: 2,
      stream: true,
      messages: [{ role: 'user', content: 'good day' }],
    });
    const order: (number | undefined)[] = [];
    const texts = ['', ''];
    for await (const chunk of stream) {
      const choice = chunk.choices[0];
      order.push(choice?.index);
      if (choice !== undefined) texts[choice.index] += choice.delta.content ?? '';
    }
    assert.deepEqual(texts, ['You said: good day', '(2) You said: good day']);
    assert.deepEqual(order.slice(0, 4), [0, 1, 0, 1]);
  });

  test('a long prompt is read from cache when it comes again', async (t) => {
    const { openai } = await connect(t);
    const messages = [{ role: 'user', content: 'x'.repeat(6000) }] as const;
    const cached = async (): Promise<number | undefined> =>
      (await openai.chat.completions.create({ model, messages: [...messages] })).usage?.prompt_tokens_details
        ?.cached_tokens;
    assert.equal(await cached(), 0);
    assert.equal(await cached(), 1408);
  });

  test('errors are the typed errors of the package', async (t) => {
    const { openai } = await connect(t);
    const ask = (content: string): Promise<unknown> =>
      openai.chat.completions.create({ model, messages: [{ role: 'user', content }] });
    await assert.rejects(ask('[[fault:429 retry_after=7]]'), (error) => {
      assert.ok(error instanceof OpenAI.RateLimitError);
      assert.equal(error.headers.get('retry-after'), '7');
      assert.equal(error.code, 'rate_limit_exceeded');
      return true;
    });
    await assert.rejects(ask('[[fault:quota]]'), { status: 429, code: 'insufficient_quota' });
    await assert.rejects(ask('[[fault:401]]'), OpenAI.AuthenticationError);
    await assert.rejects(ask('[[fault:403]]'), OpenAI.PermissionDeniedError);
    await assert.rejects(ask('[[fault:404]]'), OpenAI.NotFoundError);
    await assert.rejects(ask('[[fault:context_too_long]]'), { status: 400, code: 'context_length_exceeded' });
    await assert.rejects(ask('[[fault:503]]'), OpenAI.InternalServerError);
    await assert.rejects(ask('[[fault:reset_before_headers]]'), OpenAI.APIConnectionError);
  });

  test('an error event in a stream is thrown by the package', async (t) => {
    const { openai } = await connect(t);
    const stream = await openai.chat.completions.create({
      model,
      stream: true,
      messages: [{ role: 'user', content: '[[fault:error_event]] tell me more than a little' }],
    });
    let text = '';
    await assert.rejects(async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    }, OpenAI.APIError);
    assert.equal(text, 'You said: tell m');
  });

  test('models are listed', async (t) => {
    const { openai } = await connect(t);
    const listed = await openai.models.list();
    assert.ok(listed.data.some(({ id }) => id === model));
  });
});
