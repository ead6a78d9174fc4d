import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testRefusals, testRefusalsAt } from './refusal-cases.ts';
import { at, eventData, sendTo, startFor } from './simulated-call.ts';

const call = { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'call_1', output: 'seen' };
const user = { role: 'user', content: 'hello' };
const lookTool = { type: 'function', name: 'look', parameters: { type: 'object', properties: {} } };

describe('what Responses refuse', () => {
  testRefusalsAt('/openai/v1/responses', {
    right: { model: 'gpt-4o-mini', input: 'hello' },
    cases: [
      { what: 'an unknown model', members: { model: 'no-such-model' }, says: /'no-such-model' does not exist/ },
      { what: 'no input', members: { input: undefined }, says: /One of "input"/ },
      { what: "chat's messages", members: { messages: [] }, says: /Unknown parameter: 'messages'/ },
      { what: 'a stop sequence', members: { stop: 'x' }, says: /Unknown parameter: 'stop'/ },
      { what: 'a cap below 16', members: { max_output_tokens: 5 }, says: /Invalid 'max_output_tokens'/ },
      { what: 'an unknown item', members: { input: [{ type: 'thought' }] }, says: /Invalid value: "thought"/ },
      { what: 'an output that answers nothing', members: { input: [user, output] }, says: /No tool call found/ },
      { what: 'a call without its output', members: { input: [user, call] }, says: /No tool output found/ },
      {
        what: 'reasoning without what it led to',
        members: { input: [user, { type: 'reasoning', id: 'rs_1', summary: [] }] },
        says: /without its required following item/,
      },
      {
        what: 'reasoning without a summary',
        members: { input: [{ type: 'reasoning', id: 'rs_1' }] },
        says: /input\[0\]\.summary/,
      },
      {
        what: 'a strict function whose object is open',
        members: { tools: [{ ...lookTool, strict: true }] },
        says: /'additionalProperties' is required/,
      },
      {
        what: 'an effort for a model that does not reason',
        members: { reasoning: { effort: 'low' } },
        says: /'reasoning.effort' is not supported/,
      },
      {
        what: 'no effort for a model that always reasons',
        members: { model: 'gpt-6-astra', reasoning: { effort: 'none' } },
        says: /does not support "none"/,
      },
      {
        what: 'a prompt longer than the window',
        members: { input: 'x'.repeat(1_600_004) },
        says: /exceeds the context window/,
      },
    ],
  });

  testRefusalsAt('/openrouter/api/v1/responses', {
    right: { model: 'openai/gpt-4o-mini', input: 'hello' },
    cases: [
      { what: 'to keep a response', members: { store: true }, says: /store/ },
      { what: 'a previous response', members: { previous_response_id: 'gen-1' }, says: /stateless/ },
    ],
  });

  test('a wrong credential is refused in plain text that is JSON, with the status in it', async (t) => {
    const simulator = await startFor(t, { keys: { openai: ['sk-good'] } });
    const received = await sendTo(simulator, '/openai/v1/responses', { model: 'gpt-4o', input: 'x' });
    assert.equal(received.status, 401);
    assert.equal(received.headers['content-type'], 'text/plain');
    assert.equal(at(received.body, 'status'), 401);
  });

  test('an error in the middle of a stream takes the next number, and usage is null', async (t) => {
    const received = await sendTo(await startFor(t), '/openai/v1/responses', {
      model: 'gpt-4o',
      input: '[[fault:error_event status=429]] hello',
      stream: true,
    });
    const events = eventData(received.body);
    assert.deepEqual(
      events.map((event) => at(event, 'sequence_number')),
      events.map((_, index) => index),
    );
    const [error = '', failed = ''] = events.slice(-2);
    assert.equal(at(error, 'error', 'code'), 'rate_limit_exceeded');
    assert.equal(at(failed, 'response', 'status'), 'failed');
    assert.equal(at(failed, 'response', 'usage'), null);
  });
});

describe('what chat completions of newer models refuse', () => {
  const tools = [{ type: 'function', function: { name: 'look' } }];
  testRefusals('openai', [
    {
      what: 'functions together with an effort',
      members: { model: 'gpt-5.4', tools, reasoning_effort: 'low' },
      says: /Function tools with reasoning_effort are not supported for gpt-5\.4/,
    },
    {
      what: 'functions where the model reasons unasked',
      members: { model: 'gpt-5.6', tools },
      says: /use \/v1\/responses/,
    },
    {
      what: 'a model that is for Responses alone',
      members: { model: 'gpt-5-pro' },
      says: /only supported in v1\/responses/,
    },
    { what: 'an unknown member', members: { top_k: 1 }, says: /Unknown parameter: 'top_k'/ },
  ]);

  test('functions without reasoning are taken', async (t) => {
    const simulator = await startFor(t);
    const messages = [user];
    const path = '/openai/v1/chat/completions';
    const none = { model: 'gpt-5.6', messages, tools, reasoning_effort: 'none' };
    assert.equal((await sendTo(simulator, path, none)).status, 200);
    assert.equal((await sendTo(simulator, path, { model: 'gpt-5-nano', messages, tools })).status, 200);
  });
});
