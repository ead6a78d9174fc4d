import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { startFor } from './simulated-call.ts';

const model = 'claude-haiku-4-5';
const weatherTool: Anthropic.Tool = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } } },
};

async function connect(t: TestContext): Promise<Anthropic> {
  const simulator = await startFor(t);
  return new Anthropic({ baseURL: simulator.baseUrls.anthropic, apiKey: 'sk-ant-test', maxRetries: 0 });
}

describe('the Anthropic package against the simulated Anthropic', () => {
  test('a message is answered with what was said', async (t) => {
    const anthropic = await connect(t);
    const answer = await anthropic.messages.create({
      model,
      max_tokens: 100,
      system: 'be kind',
      messages: [{ role: 'user', content: 'good day' }],
    });
    assert.deepEqual(answer.content, [{ type: 'text', text: 'You said: good day' }]);
    assert.equal(answer.stop_reason, 'end_turn');
    assert.equal(answer.usage.input_tokens, 4);
    assert.equal(answer.usage.output_tokens, 5);
  });

  test('a stream has thinking with its signature, then text, and adds up to the whole message', async (t) => {
    const anthropic = await connect(t);
    const answer = await anthropic.messages
      .stream({
        model,
        max_tokens: 2000,
        thinking: { type: 'enabled', budget_tokens: 1024 },
        messages: [{ role: 'user', content: 'good day' }],
      })
      .finalMessage();
    assert.deepEqual(
      answer.content.map((block) => block.type),
      ['thinking', 'text'],
    );
    assert.ok(answer.content[0]?.type === 'thinking' && answer.content[0].signature !== '');
    assert.ok(answer.content[1]?.type === 'text');
    assert.equal(answer.content[1].text, 'You said: good day');
    assert.ok((answer.usage.output_tokens_details?.thinking_tokens ?? 0) > 0);
  });

  test('tools are called, streamed, and their results answered', async (t) => {
    const anthropic = await connect(t);
    const asked: Anthropic.MessageParam = { role: 'user', content: 'please use get_weather' };
    const first = await anthropic.messages
      .stream({ model, max_tokens: 100, tools: [weatherTool], messages: [asked] })
      .finalMessage();
    assert.equal(first.stop_reason, 'tool_use');
    const [call] = first.content;
    assert.ok(call?.type === 'tool_use');
    assert.deepEqual(call.input, { city: 'example city' });
    const second = await anthropic.messages.create({
      model,
      max_tokens: 100,
      tools: [weatherTool],
      messages: [
        asked,
        { role: 'assistant', content: first.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'rain' }] },
      ],
    });
    assert.deepEqual(second.content, [{ type: 'text', text: 'The tools said: rain' }]);
  });

  test('stop sequence and output cap are told apart', async (t) => {
    const anthropic = await connect(t);
    const ask = (more: Partial<Anthropic.MessageCreateParamsNonStreaming>): Promise<Anthropic.Message> =>
      anthropic.messages.create({ model, max_tokens: 100, messages: [{ role: 'user', content: 'good day' }], ...more });
    const stopped = await ask({ stop_sequences: ['day'] });
    assert.equal(stopped.stop_reason, 'stop_sequence');
    assert.equal(stopped.stop_sequence, 'day');
    assert.equal((await ask({ max_tokens: 1 })).stop_reason, 'max_tokens');
  });

  test('a refusal says so', async (t) => {
    const anthropic = await connect(t);
    const answer = await anthropic.messages.create({
      model,
      max_tokens: 100,
      messages: [{ role: 'user', content: '[[refuse]] this' }],
    });
    assert.equal(answer.stop_reason, 'refusal');
  });

  test('a marked prompt is written to cache, then read from it, by its time to live', async (t) => {
    const anthropic = await connect(t);
    const ask = async (text: string): Promise<Anthropic.Usage> => {
      const answer = await anthropic.messages.create({
        model,
        max_tokens: 100,
        system: [{ type: 'text', text: 'a'.repeat(400), cache_control: { type: 'ephemeral', ttl: '1h' } }],
        messages: [{ role: 'user', content: text }],
      });
      return answer.usage;
    };
    const written = await ask('good day');
    assert.equal(written.cache_creation_input_tokens, 100);
    assert.equal(written.cache_creation?.ephemeral_1h_input_tokens, 100);
    assert.equal(written.input_tokens, 2);
    const read = await ask('good evening');
    assert.equal(read.cache_read_input_tokens, 100);
    assert.equal(read.cache_creation_input_tokens, 0);
    assert.equal(read.input_tokens, 3);
  });

  test('errors are the typed errors of the package', async (t) => {
    const anthropic = await connect(t);
    const ask = (content: string): Promise<unknown> =>
      anthropic.messages.create({ model, max_tokens: 100, messages: [{ role: 'user', content }] });
    await assert.rejects(ask('[[fault:429]]'), Anthropic.RateLimitError);
    await assert.rejects(ask('[[fault:401]]'), Anthropic.AuthenticationError);
    await assert.rejects(ask('[[fault:529]]'), (error) => {
      assert.ok(error instanceof Anthropic.APIError);
      assert.equal(error.status, 529);
      assert.match(error.message, /overloaded_error/);
      return true;
    });
  });

  test('an error event in a stream is thrown by the package', async (t) => {
    const anthropic = await connect(t);
    const stream = anthropic.messages.stream({
      model,
      max_tokens: 100,
      messages: [{ role: 'user', content: '[[fault:error_event]] tell me more than a little' }],
    });
    await assert.rejects(stream.finalMessage(), /overloaded_error/);
  });

  test('models are listed', async (t) => {
    const anthropic = await connect(t);
    const listed = await anthropic.models.list();
    assert.ok(listed.data.some(({ id }) => id === model));
  });
});
