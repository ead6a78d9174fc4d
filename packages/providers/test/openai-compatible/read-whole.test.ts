import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttemptError, type JsonValue } from '@tollgate/core';
import type { WholeAnswer } from '../../src/base/adapter.ts';
import { openaiCompatibleAdapter } from '../../src/openai-compatible/adapter.ts';
import { usage, wholeAnswer } from '../support/chat-answers.ts';
import { providerRequest } from '../support/provider-request.ts';

const read = (answer: JsonValue | string): WholeAnswer => {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return openaiCompatibleAdapter.readWhole(Buffer.from(text), providerRequest());
};

test('keep-alive whitespace before the JSON stays and harms nothing', () => {
  const text = `\n         \n\n         \n${wholeAnswer}`;
  const { body, facts } = read(text);
  assert.equal(body.toString(), text);
  assert.equal(facts.usage?.output, 3);
  assert.equal(facts.finishReason, 'stop');
  assert.equal(facts.contentBytes, 2);
});

test('an empty answer that ran into its cap is an answer: reasoning ate it', () => {
  const { facts } = read({ choices: [{ message: { content: '' }, finish_reason: 'length' }], usage });
  assert.deepEqual([facts.contentSeen, facts.finishReason], [false, 'length']);
});

test('tool calls are content', () => {
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };
  const { facts } = read({
    choices: [{ message: { content: null, tool_calls: [call] }, finish_reason: 'tool_calls' }],
  });
  assert.deepEqual([facts.contentSeen, facts.contentBytes], [true, 7]);
});

test('an error inside a 200 is an error, at the top or in a choice', () => {
  const error = { code: 502, message: 'm' };
  for (const answer of [
    { error },
    { choices: [{ error, finish_reason: 'error' }] },
    { object: 'error', message: 'm' },
  ]) {
    assert.throws(
      () => read(answer),
      (thrown: unknown) =>
        thrown instanceof AttemptError && thrown.code === 'error_in_answer' && thrown.next === 'retry',
    );
  }
});

test('what is no chat completion is malformed', () => {
  for (const answer of ['', '<html>', '[]', '{}', '{"choices":null}', '{"choices":[']) {
    assert.throws(
      () => read(answer),
      (thrown: unknown) => thrown instanceof AttemptError && thrown.code === 'malformed_answer',
    );
  }
});
