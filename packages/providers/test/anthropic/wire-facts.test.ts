import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttemptError, inputTokens } from '@tollgate/core';
import {
  choiceOf,
  chunksOf,
  deltasOf,
  event,
  readStream,
  readWhole,
  started,
  stopped,
  textBlock,
  toolBlock,
} from './support/message-stream.ts';
import { functionTool, newestModel, refusal, toolCall, translate, turnsOf } from './support/translate.ts';

/** Facts of the providers' wire formats that have broken other gateways, as far as they concern this translation. */

const overloaded = { type: 'overloaded_error', message: 'Overloaded' };

test('a 2xx is not success: an error event and an error body fail the attempt', () => {
  assert.equal(readStream(started() + event('error', { error: overloaded })).error?.code, 'error_in_answer');
  assert.throws(
    () => readWhole({ type: 'error', error: overloaded }),
    (error) => error instanceof AttemptError && error.code === 'error_in_answer',
  );
});

test('Anthropic’s input excludes the cache, OpenAI’s includes it, and neither is counted twice', () => {
  const usage = {
    input_tokens: 3,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 40,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 30 },
    output_tokens: 7,
    output_tokens_details: { thinking_tokens: 5 },
  };
  const { completion, facts } = readWhole({
    id: 'm',
    type: 'message',
    model: 'c',
    content: [],
    stop_reason: 'end_turn',
    usage,
  });
  assert.deepEqual(completion['usage'], {
    prompt_tokens: 143,
    completion_tokens: 7,
    total_tokens: 150,
    prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 40, cache_write_1h_tokens: 30 },
    completion_tokens_details: { reasoning_tokens: 5 },
  });
  assert.ok(facts.usage);
  assert.equal(inputTokens(facts.usage), 143);
  assert.deepEqual([facts.usage.inputUncached, facts.usage.cacheWrite5m, facts.usage.cacheWrite1h], [3, 10, 30]);
});

test('message_delta’s usage is cumulative: the last value of each kind holds, null leaves it', () => {
  const start = { input_tokens: 2039, cache_read_input_tokens: 4, output_tokens: 3 };
  const delta = (usage: Record<string, number | null>) =>
    event('message_delta', { delta: { stop_reason: 'end_turn' }, usage });
  const stream =
    started({ usage: start }) +
    textBlock(0, 'Hi') +
    delta({ input_tokens: 10_423, cache_read_input_tokens: null, output_tokens: 50 }) +
    delta({ output_tokens: 60 }) +
    event('message_stop');
  const { facts } = readStream(stream);
  assert.deepEqual([facts.usage?.inputUncached, facts.usage?.cacheRead, facts.usage?.output], [10_423, 4, 60]);
});

test('the split of cache writes comes in message_start alone, and outlives message_delta', () => {
  const usage = {
    input_tokens: 3,
    cache_creation_input_tokens: 40,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 30 },
    output_tokens: 1,
  };
  const delta = { cache_creation_input_tokens: 40, output_tokens: 9 };
  const stop = event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: delta }) + event('message_stop');
  const { facts } = readStream(started({ usage }) + textBlock(0, 'Hi') + stop);
  assert.deepEqual([facts.usage?.cacheWrite5m, facts.usage?.cacheWrite1h], [10, 30]);
});

test('message_stop is the end, and OpenRouter’s [DONE] behind it changes nothing', () => {
  const stream = started() + textBlock(0, 'Hi') + stopped('end_turn');
  const alone = readStream(stream);
  const followed = readStream(`${stream}event: data\ndata: [DONE]\n\n`);
  assert.equal(followed.error, undefined);
  assert.equal(followed.text, alone.text);
});

test('a stream that ends without message_stop is a failure and has no [DONE]', () => {
  const { text, error } = readStream(started() + textBlock(0, 'Hi'));
  assert.equal(error?.code, 'cut');
  assert.ok(!text.includes('[DONE]'));
});

test('message_start and pings before an overload leave nothing that could not be taken back', () => {
  const { text, facts, error } = readStream(started() + event('ping') + event('error', { error: overloaded }));
  assert.deepEqual([text, facts.contentSeen, error?.next], ['', false, 'retry']);
});

test('models after Opus 4.6 are sent no sampling, no prefill and no budget', () => {
  const wishes = { temperature: 0.2, top_p: 0.5, top_k: 3, reasoning_effort: 'high' };
  const { body, dropped } = translate(wishes, { providerModel: 'claude-opus-4-7' });
  assert.deepEqual(Object.keys(body), ['model', 'max_tokens', 'messages', 'thinking', 'output_config']);
  assert.deepEqual(dropped, ['temperature', 'top_p', 'top_k']);
  const prefill = {
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'The' },
    ],
  };
  assert.throws(
    () => translate(prefill, { providerModel: 'claude-opus-4-7' }),
    refusal('unsupported_field', 'messages'),
  );
});

test('the 5.5 family and Fable 5.1 are never forced to a tool and never sent disabled where they refuse it', () => {
  for (const providerModel of ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-fable-5-1']) {
    const fields = { tools: [functionTool('f')], tool_choice: 'required', reasoning_effort: 'none' };
    const { body } = translate(fields, { providerModel });
    assert.deepEqual(body['tool_choice'], { type: 'auto' });
    assert.notDeepEqual(body['thinking'], { type: 'disabled' });
  }
});

test('thinking that another model signed is not sent back', () => {
  const detail = { type: 'reasoning.text', text: 'x', signature: 's', format: 'anthropic-claude-v1', index: 0 };
  const turns = (model: string) =>
    turnsOf(
      [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b', reasoning_details: [{ ...detail, model }] },
        { role: 'user', content: 'c' },
      ],
      { providerModel: newestModel },
    );
  assert.equal(turns(newestModel)[1]?.content.length, 2);
  assert.equal(turns('claude-opus-5')[1]?.content.length, 1);
});

test('all results of a turn’s calls stand in one user message, in the calls’ order, before any text', () => {
  const turns = turnsOf([
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: '', tool_calls: [toolCall('a'), toolCall('b')] },
    { role: 'tool', tool_call_id: 'b', content: '2' },
    { role: 'tool', tool_call_id: 'a', content: '' },
    { role: 'user', content: 'And now?' },
  ]);
  assert.deepEqual(turns.slice(1), [
    {
      role: 'assistant',
      content: [
        { type: 'tool_use', id: 'a', name: 'lookup', input: {} },
        { type: 'tool_use', id: 'b', name: 'lookup', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a' },
        { type: 'tool_result', tool_use_id: 'b', content: [{ type: 'text', text: '2' }] },
        { type: 'text', text: 'And now?' },
      ],
    },
  ]);
});

test('an assistant’s empty text beside calls is no block', () => {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: ' ', tool_calls: [toolCall('a')] },
    { role: 'tool', tool_call_id: 'a', content: '1' },
  ];
  assert.deepEqual(
    turnsOf(messages)[1]?.content.map(({ type }) => type),
    ['tool_use'],
  );
});

test('ids of calls are of allowed characters, the same on both sides and every time', () => {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: null, tool_calls: [toolCall('call|Ü.1')] },
    { role: 'tool', tool_call_id: 'call|Ü.1', content: '1' },
  ];
  const ids = turnsOf(messages).flatMap(({ content }) => content.map((block) => block['id'] ?? block['tool_use_id']));
  assert.match(JSON.stringify(ids[1]), /^"[a-zA-Z0-9_-]{1,64}"$/);
  assert.equal(ids[1], ids[2]);
  assert.deepEqual(turnsOf(messages), turnsOf(messages));
});

test('a call without input has the arguments {}', () => {
  const { text } = readStream(started() + toolBlock(0, 'toolu_1', '') + stopped('tool_use'));
  assert.deepEqual(deltasOf(text)[1], { tool_calls: [{ index: 0, function: { arguments: '{}' } }] });
});

test('an answer of no content is a success and an empty text, streamed or not', () => {
  const whole = readWhole({
    id: 'm',
    type: 'message',
    model: 'c',
    content: [],
    stop_reason: 'end_turn',
    usage: { output_tokens: 2 },
  });
  assert.deepEqual(choiceOf(whole.completion)?.['message'], { role: 'assistant', content: '', refusal: null });
  const { text, facts, error } = readStream(started() + stopped('end_turn'));
  assert.equal(error, undefined);
  assert.deepEqual([facts.finishReason, facts.contentSeen], ['stop', false]);
  assert.deepEqual(deltasOf(text), [{ role: 'assistant', content: '' }]);
});

test('max_tokens is always sent', () => {
  for (const providerModel of ['claude-3-haiku-20240307', newestModel, 'claude-future-9', 'minimax-m3']) {
    assert.equal(typeof translate({}, { providerModel }).body['max_tokens'], 'number');
  }
});

test('a second message_start is passed over', () => {
  const { text } = readStream(started() + started({ id: 'msg_2' }) + textBlock(0, 'Hi') + stopped('end_turn'));
  assert.deepEqual(new Set(chunksOf(text).map(({ id }) => id)), new Set(['chatcmpl-msg_1']));
});
