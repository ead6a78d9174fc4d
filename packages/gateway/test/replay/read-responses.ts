import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject } from '@tollgate/core';
import { countOf, inputOf, objectOf, objectsOf, textOf, type Gist, type GistReader, type GistUsage } from './gist.ts';

/** A response, or the events of one. */
export const readResponses: GistReader = (objects, streamed) => {
  const last = objects.at(-1);
  assert.ok(last, 'there is an answer');
  if (!streamed) return gistOf(last);
  assert.match(textOf(last['type']), /^response\.(?:completed|incomplete)$/);
  const response = objectOf(last['response']);
  const deltas = (type: string): string =>
    objects.map((event) => (event['type'] === type ? textOf(event['delta']) : '')).join('');
  const gist = gistOf(response);
  // What came piece by piece is what the finished response says.
  assert.equal(deltas('response.output_text.delta') + deltas('response.refusal.delta'), gist.text);
  return gist;
};

function gistOf(response: JsonObject): Gist {
  const items = objectsOf(response['output']);
  const parts = items.filter(({ type }) => type === 'message').flatMap(({ content }) => objectsOf(content));
  const calls = items.filter(({ type }) => type === 'function_call');
  const { usage } = response;
  return {
    text: parts.map(({ text, refusal }) => textOf(text) + textOf(refusal)).join(''),
    calls: calls.map(({ name, arguments: input }) => ({ name: textOf(name), input: inputOf(textOf(input)) })),
    stop: stopOf(response, { refuses: parts.some(({ type }) => type === 'refusal'), calls: calls.length > 0 }),
    usage: isJsonObject(usage) ? usageOf(usage) : undefined,
  };
}

function stopOf(response: JsonObject, said: { readonly refuses: boolean; readonly calls: boolean }): Gist['stop'] {
  const { status, incomplete_details: details } = response;
  if (status === 'incomplete') return objectOf(details)['reason'] === 'max_output_tokens' ? 'length' : 'refused';
  if (status !== 'completed') return 'unknown';
  if (said.refuses) return 'refused';
  return said.calls ? 'tool_calls' : 'stop';
}

function usageOf(usage: JsonObject): GistUsage {
  const details = objectOf(usage['input_tokens_details']);
  return {
    input: countOf(usage['input_tokens']),
    cacheRead: countOf(details['cached_tokens']),
    cacheWrite: countOf(details['cache_write_tokens']),
    output: countOf(usage['output_tokens']),
  };
}
