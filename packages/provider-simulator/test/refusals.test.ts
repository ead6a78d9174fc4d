import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testRefusals } from './refusal-cases.ts';
import { ask, at, callPaths, send, startFor, textAt, type MessagesProvider } from './simulated-call.ts';

const user = { role: 'user', content: 'hello' };
const openaiCall = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } };

describe('what the providers refuse', () => {
  testRefusals('openai', [
    {
      what: 'no messages',
      members: { messages: undefined },
      says: /Missing required parameter: 'messages'/,
    },
    { what: 'no model', members: { model: undefined }, says: /you must provide a model parameter/ },
    {
      what: 'an unknown model',
      members: { model: 'no-such-model' },
      status: 404,
      says: /`no-such-model` does not exist/,
    },
    {
      what: "another provider's model name",
      members: { model: 'openai/gpt-4o-mini' },
      status: 404,
      says: /does not exist/,
    },
    {
      what: 'an unknown role',
      members: { messages: [{ role: 'robot', content: 'x' }] },
      says: /Invalid value: "robot"/,
    },
    {
      what: 'content of the wrong type',
      members: { messages: [{ role: 'user', content: 5 }] },
      says: /Invalid type for 'messages\[0\]\.content'/,
    },
    {
      what: 'a tool result that answers nothing',
      members: { messages: [user, { role: 'tool', tool_call_id: 'call_1', content: 'x' }] },
      says: /must be a response to a preceeding message/,
    },
    {
      what: 'a tool call without its result',
      members: { messages: [user, { role: 'assistant', content: null, tool_calls: [openaiCall] }, user] },
      says: /did not have response messages: call_1/,
    },
    {
      what: 'tool arguments that are no text',
      members: {
        messages: [
          user,
          { role: 'assistant', tool_calls: [{ ...openaiCall, function: { name: 'look', arguments: {} } }] },
        ],
      },
      says: /arguments': expected a string/,
    },
    {
      what: 'stream_options without a stream',
      members: { stream_options: { include_usage: true } },
      says: /only allowed when 'stream' is enabled/,
    },
    { what: 'n below one', members: { n: 0 }, says: /Invalid 'n'/ },
    { what: 'a temperature above two', members: { temperature: 2.5 }, says: /Invalid 'temperature'/ },
    {
      what: 'max_tokens for a reasoning model',
      members: { model: 'gpt-5-nano', max_tokens: 5 },
      says: /Use 'max_completion_tokens' instead/,
    },
    {
      what: 'a temperature for a reasoning model',
      members: { model: 'gpt-5-nano', temperature: 0.5 },
      says: /Only the default \(1\) value is supported/,
    },
  ]);

  testRefusals('openrouter', [
    {
      what: 'a model without its maker',
      members: { model: 'gpt-4o-mini' },
      says: /gpt-4o-mini is not a valid model ID/,
    },
    {
      what: 'a directive that makes no sense',
      members: { messages: [{ role: 'user', content: '[[fault:429 wait=1]]' }] },
      says: /simulator: .*wait/,
    },
  ]);

  testRefusals('compatible', [
    {
      what: 'a prompt longer than the window',
      members: { messages: [{ role: 'user', content: 'x'.repeat(40_000) }] },
      says: /exceeds the available context size/,
    },
    {
      what: 'a fault of no known name',
      members: { model: 'llama3#fault:none' },
      says: /simulator: .*has to be one of/,
    },
  ]);

  test('each provider words an error in its own shape', async (t) => {
    const simulator = await startFor(t);
    const members = { messages: [{ role: 'user', content: '[[fault:500]]' }] };
    const bodyOf = async (provider: MessagesProvider): Promise<string> =>
      (await ask(simulator, provider, { members })).body;
    assert.deepEqual(Object.keys(at(await bodyOf('openai'), 'error') ?? {}), ['message', 'type', 'param', 'code']);
    assert.equal(at(await bodyOf('openrouter'), 'error', 'code'), 500);
    assert.equal(at(await bodyOf('compatible'), 'error', 'code'), 500);
    const anthropic = await bodyOf('anthropic');
    assert.equal(at(anthropic, 'type'), 'error');
    assert.equal(at(anthropic, 'error', 'type'), 'api_error');
    assert.match(textAt(anthropic, 'request_id'), /^req_/);
  });

  test('a body that is no JSON object is refused', async (t) => {
    const simulator = await startFor(t);
    for (const body of ['', '{"model":', '[]', '"x"']) {
      const received = await send(simulator, { path: callPaths.openai, body });
      assert.equal(received.status, 400, body);
      assert.match(textAt(received.body, 'error', 'message'), /could not parse the JSON body/);
    }
  });

  test('a body larger than allowed is refused with 413', async (t) => {
    const simulator = await startFor(t, { maxBodyBytes: 1000 });
    assert.equal((await send(simulator, { path: callPaths.openai, body: 'x'.repeat(1001) })).status, 413);
  });

  test('a request without an Anthropic version is refused', async (t) => {
    const received = await send(await startFor(t), { path: callPaths.anthropic, body: '{}' });
    assert.match(received.body, /anthropic-version: header is required/);
  });

  test('a credential is checked only where the provider names some', async (t) => {
    const simulator = await startFor(t, { keys: { openai: ['sk-good'], anthropic: ['sk-ant-good'] } });
    const statusWith = async (
      provider: MessagesProvider,
      headers: Record<string, string>,
    ): Promise<number | undefined> => (await ask(simulator, provider, { headers })).status;
    assert.equal(await statusWith('openai', { authorization: 'Bearer sk-good' }), 200);
    assert.equal(await statusWith('openai', { authorization: 'Bearer sk-bad' }), 401);
    assert.equal(await statusWith('openai', {}), 401);
    assert.equal(await statusWith('anthropic', { 'x-api-key': 'sk-ant-good' }), 200);
    assert.equal(await statusWith('anthropic', { 'x-api-key': 'sk-good' }), 401);
    assert.equal(await statusWith('openrouter', {}), 200);
  });

  test('a body nested deeper than the stack is refused', async (t) => {
    const simulator = await startFor(t);
    const nested = `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`;
    const tools = `[{"type":"function","function":{"name":"look","parameters":${nested}}}]`;
    const body = `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"x"}],"tools":${tools}}`;
    const received = await send(simulator, { path: callPaths.openai, body });
    assert.equal(received.status, 400);
    assert.match(received.body, /nests too deep/);
  });

  test('a path that is none is 404', async (t) => {
    assert.equal((await send(await startFor(t), { path: '//', body: '{}' })).status, 404);
  });

  test('another path is 404', async (t) => {
    assert.equal((await send(await startFor(t), { path: '/openai/v1/threads', body: '{}' })).status, 404);
  });
});
