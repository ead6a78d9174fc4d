import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import OpenAI from 'openai';
import { at, eventData, sendTo, startFor } from './simulated-call.ts';

const ollama = '/ollama/v1/chat/completions';
const vllm = '/vllm/v1/chat/completions';
const tools = [
  { type: 'function' as const, function: { name: 'look', parameters: { properties: { at: { type: 'string' } } } } },
];
const user = (content: string) => [{ role: 'user' as const, content }];

describe('the simulated Ollama', () => {
  test('a tool call comes in one piece, and the openai package puts the stream together', async (t) => {
    const simulator = await startFor(t);
    const members = { model: 'llama3', tools, messages: user('[[think:hm]][[tool:look]]'), stream: true };
    const { body } = await sendTo(simulator, ollama, members);
    const events = eventData(body).slice(0, -1);
    assert.ok(events.every((event) => at(event, 'choices', 0, 'delta', 'role') === 'assistant'));
    assert.equal(at(events[0] ?? '', 'choices', 0, 'delta', 'reasoning'), 'hm');
    const call = at(events[1] ?? '', 'choices', 0, 'delta', 'tool_calls', 0, 'function', 'arguments');
    assert.equal(call, '{"at":"example at"}');
    const openai = new OpenAI({ baseURL: `${simulator.url}/ollama/v1`, apiKey: 'none', maxRetries: 0 });
    const runner = openai.chat.completions.stream({ model: 'llama3', messages: user('good day') });
    assert.equal(await runner.finalContent(), 'You said: good day');
  });

  test('what does not fit the window is dropped without a word', async (t) => {
    const { status, body } = await sendTo(await startFor(t), ollama, {
      model: 'llama3',
      messages: user('x'.repeat(40_000)),
    });
    assert.equal(status, 200);
    assert.equal(at(body, 'usage', 'prompt_tokens'), 8192);
  });

  test('an unknown model is to be pulled first', async (t) => {
    const { status, body } = await sendTo(await startFor(t), ollama, { model: 'no-such', messages: user('x') });
    assert.equal(status, 404);
    assert.equal(at(body, 'error', 'message'), 'model "no-such" not found, try pulling it first');
  });
});

describe('the simulated vLLM', () => {
  test('a tool call that the cap cut is said to be finished', async (t) => {
    const members = { model: 'qwen', tools, messages: user('[[tool:look]]'), max_tokens: 2 };
    const { body } = await sendTo(await startFor(t), vllm, members);
    assert.equal(at(body, 'choices', 0, 'finish_reason'), 'tool_calls');
    assert.equal(at(body, 'choices', 0, 'stop_reason'), null);
  });

  test('its errors stand at the top', async (t) => {
    const { status, body } = await sendTo(await startFor(t), vllm, {
      model: 'qwen',
      messages: user('x'.repeat(40_000)),
    });
    assert.equal(status, 400);
    assert.equal(at(body, 'object'), 'error');
    assert.equal(at(body, 'code'), 400);
  });
});
