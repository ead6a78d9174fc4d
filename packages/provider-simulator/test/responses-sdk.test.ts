import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import OpenAI from 'openai';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { ProviderSimulator } from '../src/index.ts';
import { startFor } from './simulated-call.ts';

const model = 'gpt-5.6';
const tool = {
  type: 'function',
  name: 'get_weather',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
  strict: true,
} as const;
const effortNone = { effort: 'none' } as const;

async function connect(t: TestContext): Promise<{ simulator: ProviderSimulator; openai: OpenAI }> {
  const simulator = await startFor(t);
  return { simulator, openai: new OpenAI({ baseURL: simulator.baseUrls.openai, apiKey: 'sk-test', maxRetries: 0 }) };
}

const typesOf = async (stream: AsyncIterable<ResponseStreamEvent>): Promise<readonly ResponseStreamEvent[]> => {
  const events: ResponseStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  assert.deepEqual(
    events.map(({ sequence_number: number }) => number),
    events.map((_, index) => index),
  );
  return events;
};

/** The types without repetitions. */
const grammar = (events: readonly ResponseStreamEvent[]): readonly string[] =>
  events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);

describe('the openai package against the simulated Responses', () => {
  test('a text is answered, and usage counts four bytes a token', async (t) => {
    const { openai } = await connect(t);
    const response = await openai.responses.create({ model, input: 'good day', reasoning: effortNone });
    assert.equal(response.output_text, 'You said: good day');
    assert.equal(response.status, 'completed');
    assert.deepEqual(response.usage, {
      input_tokens: 2,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 7,
    });
  });

  test('a stream of text has every event in order, numbered from 0', async (t) => {
    const { openai } = await connect(t);
    const events = await typesOf(
      await openai.responses.create({ model, input: 'good day', reasoning: effortNone, stream: true }),
    );
    assert.deepEqual(grammar(events), [
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    const text = events.flatMap((event) => (event.type === 'response.output_text.delta' ? [event.delta] : []));
    assert.equal(text.join(''), 'You said: good day');
  });

  test('tools are called in parallel, streamed and whole, and their outputs answered', async (t) => {
    const { openai } = await connect(t);
    const input = '[[tool:get_weather]][[tool:get_weather]] twice';
    const request = { model, input, tools: [tool], reasoning: effortNone };
    const events = await typesOf(await openai.responses.create({ ...request, stream: true }));
    const once = [
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
    ];
    const lifecycle = ['response.created', 'response.in_progress'];
    assert.deepEqual(grammar(events), [...lifecycle, ...once, ...once, 'response.completed']);
    const first = await openai.responses.create(request);
    const calls = first.output.filter((item) => item.type === 'function_call');
    assert.equal(calls.length, 2);
    assert.deepEqual(JSON.parse(calls[0]?.arguments ?? ''), { city: 'example city' });
    const outputs = calls.map(({ call_id: id }) => ({
      type: 'function_call_output' as const,
      call_id: id,
      output: 'rain',
    }));
    const second = await openai.responses.create({ ...request, previous_response_id: first.id, input: outputs });
    assert.equal(second.output_text, 'The tools said: rain; rain');
    const single = await openai.responses.create({ ...request, parallel_tool_calls: false });
    assert.equal(single.output.length, 1);
  });

  test('reasoning is hidden, summarised or encrypted as asked, and encrypted reasoning comes back unharmed', async (t) => {
    const { openai } = await connect(t);
    const plain = await openai.responses.create({ model, input: 'good day' });
    assert.deepEqual(
      plain.output.map(({ type }) => type),
      ['reasoning', 'message'],
    );
    assert.ok((plain.usage?.output_tokens_details.reasoning_tokens ?? 0) > 0);
    const reasoning = { effort: 'low', summary: 'auto' } as const;
    const include = ['reasoning.encrypted_content' as const];
    const request = { model, input: 'good day', reasoning, include, store: false };
    const events = await typesOf(await openai.responses.create({ ...request, stream: true }));
    assert.deepEqual(grammar(events).slice(2, 8), [
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
    ]);
    const first = await openai.responses.create(request);
    const items = first.output.filter((item) => item.type === 'reasoning' || item.type === 'message');
    const carried = [{ role: 'user' as const, content: 'good day' }, ...items];
    const sent = [...carried, { role: 'user' as const, content: 'and?' }];
    const second = await openai.responses.create({ ...request, input: sent });
    assert.equal(second.output_text, 'You said: and?');
    const changed = sent.map((item) =>
      'encrypted_content' in item ? { ...item, encrypted_content: 'gAAAAAchanged' } : item,
    );
    await assert.rejects(
      openai.responses.create({ ...request, input: changed }),
      (error) => error instanceof OpenAI.BadRequestError && error.code === 'invalid_encrypted_content',
    );
  });

  test('the output cap leaves a response incomplete, and a call cut in its middle says so', async (t) => {
    const { openai } = await connect(t);
    const words = { model, input: '[[words:100]]', reasoning: effortNone, max_output_tokens: 16 };
    const events = await typesOf(await openai.responses.create({ ...words, stream: true }));
    const last = events.at(-1);
    assert.ok(last?.type === 'response.incomplete');
    assert.deepEqual(last.response.incomplete_details, { reason: 'max_output_tokens' });
    assert.equal(last.response.usage?.output_tokens, 16);
    const long = {
      ...tool,
      parameters: { ...tool.parameters, properties: { city: { type: 'string', minLength: 99 } } },
    };
    const cut = await openai.responses.create({ ...words, input: '[[tool:get_weather]]', tools: [long] });
    const [call] = cut.output;
    assert.ok(call?.type === 'function_call' && call.status === 'incomplete');
    assert.throws(() => JSON.parse(call.arguments));
  });

  test('structured output and refusals are told as such', async (t) => {
    const { openai } = await connect(t);
    const format = { type: 'json_schema' as const, name: 'thing', schema: { ...tool.parameters }, strict: true };
    const text = { format };
    const made = await openai.responses.create({ model, input: 'describe it', text, reasoning: effortNone });
    assert.deepEqual(JSON.parse(made.output_text), { city: 'example city' });
    const refused = await typesOf(
      await openai.responses.create({ model, input: '[[refuse]]', text, reasoning: effortNone, stream: true }),
    );
    assert.ok(grammar(refused).includes('response.refusal.done'));
  });

  test('a kept response is read, listed, cancelled and deleted, by its owner alone', async (t) => {
    const { openai, simulator } = await connect(t);
    const made = await openai.responses.create({ model, input: 'good day', reasoning: effortNone });
    const read = await openai.responses.retrieve(made.id);
    assert.deepEqual(read.output, made.output);
    const items = await openai.responses.inputItems.list(made.id);
    assert.equal(items.data.length, 1);
    await assert.rejects(openai.responses.cancel(made.id), /Cannot cancel a synchronous response/);
    const other = new OpenAI({ baseURL: simulator.baseUrls.openai, apiKey: 'sk-other', maxRetries: 0 });
    await assert.rejects(other.responses.retrieve(made.id), OpenAI.NotFoundError);
    await openai.responses.delete(made.id);
    await assert.rejects(openai.responses.retrieve(made.id), OpenAI.NotFoundError);
    const unkept = await openai.responses.create({ model, input: 'good day', store: false, reasoning: effortNone });
    await assert.rejects(openai.responses.retrieve(unkept.id), OpenAI.NotFoundError);
    const later = await openai.responses.create({ model, input: 'good day', background: true, reasoning: effortNone });
    assert.equal(later.status, 'queued');
    assert.equal((await openai.responses.cancel(later.id)).status, 'completed');
  });

  test('a conversation goes on from a previous response, which counts as input', async (t) => {
    const { openai, simulator } = await connect(t);
    const first = await openai.responses.create({ model, input: 'good day', reasoning: effortNone });
    const next = { model, input: 'and?', previous_response_id: first.id, reasoning: effortNone };
    const second = await openai.responses.create(next);
    assert.equal(second.usage?.input_tokens, 2 + 5 + 1);
    await assert.rejects(
      openai.responses.create({ ...next, previous_response_id: 'resp_none' }),
      (error) => error instanceof OpenAI.BadRequestError && error.code === 'previous_response_not_found',
    );
    await simulator.waitForCalls(3);
    assert.deepEqual(
      simulator.ledger().map(({ endpoint, usage }) => [endpoint, usage.inputUncached, usage.output]),
      [
        ['responses', 2, 5],
        ['responses', 8, 4],
        ['responses', 0, 0],
      ],
    );
  });

  test('an error in the middle is an event with its fields nested, and then a failed response', async (t) => {
    const { openai } = await connect(t);
    const input = '[[fault:error_event status=503]] good day';
    await assert.rejects(async () => {
      for await (const event of await openai.responses.create({ model, input, reasoning: effortNone, stream: true })) {
        assert.notEqual(event.type, 'response.completed');
      }
    }, /overloaded/);
  });
});
