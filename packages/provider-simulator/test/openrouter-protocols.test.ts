import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatUsd } from '@tollgate/core';
import { at, eventData, sendTo, startFor, textAt } from './simulated-call.ts';

const responses = '/openrouter/api/v1/responses';
const messages = '/openrouter/api/v1/messages';

describe("OpenRouter's Responses", () => {
  test('a stream has no event names, shows all reasoning and ends with [DONE]', async (t) => {
    const { body } = await sendTo(await startFor(t), responses, {
      model: 'openai/gpt-oss-20b',
      input: '[[think:well]] good day',
      stream: true,
    });
    assert.ok(body.startsWith(': OPENROUTER PROCESSING\n\ndata: {"type":"response.created"'));
    assert.doesNotMatch(body, /^event:/m);
    const events = eventData(body);
    assert.equal(events.at(-1), '[DONE]');
    const reasoning = events.filter((event) => at(event, 'type') === 'response.reasoning_text.delta');
    assert.equal(reasoning.map((event) => textAt(event, 'delta')).join(''), 'well');
    const ended = events.at(-2) ?? '';
    assert.equal(at(ended, 'response', 'output', 0, 'content', 0, 'text'), 'well');
  });

  test('the cost in its usage is the cost in the ledger', async (t) => {
    const simulator = await startFor(t);
    const { body } = await sendTo(simulator, responses, { model: 'openai/gpt-4o-mini', input: 'good day' });
    await simulator.waitForCalls(1);
    const [entry] = simulator.ledger();
    assert.ok(entry !== undefined && entry.costNanoUsd > 0n);
    assert.equal(at(body, 'usage', 'cost'), Number(formatUsd(entry.costNanoUsd)));
    assert.equal(entry.endpoint, 'responses');
  });
});

describe("OpenRouter's Messages", () => {
  const request = {
    model: 'anthropic/claude-haiku-4.5',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'good day' }],
  };

  test('a stream tells usage and cost at its end alone, and one event more than Anthropic', async (t) => {
    const { body } = await sendTo(await startFor(t), messages, { ...request, stream: true });
    const events = eventData(body);
    assert.ok(body.endsWith('event: data\ndata: [DONE]\n\n'));
    assert.equal(at(events[0] ?? '', 'message', 'usage', 'input_tokens'), 0);
    const delta = events.find((event) => at(event, 'type') === 'message_delta') ?? '';
    assert.equal(at(delta, 'usage', 'input_tokens'), 2);
    assert.equal(typeof at(delta, 'usage', 'cost'), 'number');
  });

  test('an error is of Anthropic’s shape', async (t) => {
    const received = await sendTo(await startFor(t), messages, { ...request, model: 'claude' });
    assert.equal(received.status, 400);
    assert.equal(at(received.body, 'error', 'type'), 'invalid_request_error');
    assert.match(textAt(received.body, 'error', 'message'), /not a valid model ID/);
  });
});
