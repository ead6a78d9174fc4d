import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatUsd } from '@tollgate/core';
import { ask, at, eventData, startFor, textAt } from './simulated-call.ts';

const user = (content: string) => ({ messages: [{ role: 'user', content }] });

describe('the simulated OpenRouter', () => {
  test('a whole answer begins with whitespace and has no length in its headers', async (t) => {
    const { body, headers } = await ask(await startFor(t), 'openrouter');
    assert.match(body, /^\n +\n\n +\n\{/);
    assert.equal(headers['content-length'], undefined);
    assert.equal(headers['x-generation-id'], at(body, 'id'));
  });

  test('the cost it reports is the cost in the ledger', async (t) => {
    const simulator = await startFor(t);
    const { body } = await ask(simulator, 'openrouter');
    await simulator.waitForCalls(1);
    const cost = simulator.ledger()[0]?.costNanoUsd;
    assert.ok(cost !== undefined && cost > 0n);
    assert.equal(at(body, 'usage', 'cost'), Number(formatUsd(cost)));
    assert.equal(at(body, 'usage', 'cost_details', 'upstream_inference_cost'), Number(formatUsd(cost)));
  });

  test('a stream has comments before and among its events, the finish twice and usage unasked', async (t) => {
    const members = { stream: true, ...user('[[words:30]]') };
    const { body } = await ask(await startFor(t), 'openrouter', { members });
    assert.ok(body.startsWith(': OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\ndata: '));
    assert.ok(body.slice(60).includes(': OPENROUTER PROCESSING\n\ndata: '));
    const events = eventData(body);
    assert.equal(events.at(-1), '[DONE]');
    const finishes = events.map((event) => at(event, 'choices', 0, 'finish_reason'));
    assert.deepEqual(finishes.slice(-3, -1), ['stop', 'stop']);
    assert.equal(at(events.at(-3) ?? '', 'usage'), undefined);
    assert.equal(typeof at(events.at(-2) ?? '', 'usage', 'cost'), 'number');
  });

  test('a tool call that the cap cut is reported as finished, and only the native reason tells', async (t) => {
    const tools = [
      { type: 'function', function: { name: 'look', parameters: { properties: { at: { type: 'string' } } } } },
    ];
    const members = { tools, max_tokens: 2, ...user('[[tool:look]]') };
    const { body } = await ask(await startFor(t), 'openrouter', { members });
    assert.equal(at(body, 'choices', 0, 'finish_reason'), 'tool_calls');
    assert.equal(at(body, 'choices', 0, 'native_finish_reason'), 'length');
    assert.equal(at(body, 'choices', 0, 'message', 'tool_calls', 0, 'function', 'arguments'), '{"at":"e');
  });

  test('reasoning is shown in both of its forms', async (t) => {
    const simulator = await startFor(t);
    const whole = await ask(simulator, 'openrouter', { members: { reasoning: { effort: 'high' } } });
    const reasoning = at(whole.body, 'choices', 0, 'message', 'reasoning');
    assert.equal(reasoning, 'The user wrote: Hello there, simulator!. I will say so.');
    assert.equal(at(whole.body, 'choices', 0, 'message', 'reasoning_details', 0, 'text'), reasoning);
    const streamed = await ask(simulator, 'openrouter', { members: { reasoning: { effort: 'high' }, stream: true } });
    const pieces = eventData(streamed.body).map((event) => textAt(event, 'choices', 0, 'delta', 'reasoning'));
    assert.equal(pieces.join(''), reasoning);
  });

  test('n is dropped silently', async (t) => {
    const { body } = await ask(await startFor(t), 'openrouter', { members: { n: 3 } });
    assert.equal(at(body, 'choices', 1), undefined);
  });

  test('marked parts are cached, and the usage counts them in the prompt', async (t) => {
    const simulator = await startFor(t);
    const part = { type: 'text', text: 'b'.repeat(400), cache_control: { type: 'ephemeral' } };
    const members = { messages: [{ role: 'user', content: [part, { type: 'text', text: 'good day' }] }] };
    const details = async () => at((await ask(simulator, 'openrouter', { members })).body, 'usage');
    const written = JSON.stringify(await details());
    assert.equal(at(written, 'prompt_tokens'), 102);
    assert.equal(at(written, 'prompt_tokens_details', 'cache_write_tokens'), 100);
    const read = JSON.stringify(await details());
    assert.equal(at(read, 'prompt_tokens'), 102);
    assert.equal(at(read, 'prompt_tokens_details', 'cached_tokens'), 100);
  });
});

describe('the simulated local server', () => {
  test('reasoning stands in reasoning_content and chunks carry no padding', async (t) => {
    const { body } = await ask(await startFor(t), 'compatible', {
      members: { stream: true, ...user('[[think:hm]] hi') },
    });
    const events = eventData(body);
    assert.equal(events.map((event) => textAt(event, 'choices', 0, 'delta', 'reasoning_content')).join(''), 'hm');
    assert.ok(events.every((event) => !event.includes('obfuscation')));
  });

  test('its calls cost nothing', async (t) => {
    const simulator = await startFor(t);
    await ask(simulator, 'compatible');
    await simulator.waitForCalls(1);
    assert.equal(simulator.totals().costNanoUsd, 0n);
  });
});
