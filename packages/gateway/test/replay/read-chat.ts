import assert from 'node:assert/strict';
import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { countOf, inputOf, objectOf, objectsOf, textOf, type Gist, type GistReader, type GistUsage } from './gist.ts';

/** A chat completion, or its chunks. */
export const readChat: GistReader = (objects, streamed) => {
  const choices = objects.flatMap(({ choices: some }) => objectsOf(some));
  const said = choices.map((choice) => objectOf(choice[streamed ? 'delta' : 'message']));
  const text = said.map(({ content, refusal }) => textOf(content) + textOf(refusal)).join('');
  const refused = said.some(({ refusal }) => textOf(refusal) !== '');
  const finish = choices.findLast(({ finish_reason: reason }) => typeof reason === 'string');
  assert.ok(finish, 'no choice has a finish_reason');
  const usage = objects.map((object) => object['usage']).findLast(isJsonObject);
  return {
    text,
    calls: callsOf(said),
    stop: refused ? 'refused' : stopOf(finish),
    usage: usage === undefined ? undefined : usageOf(usage),
  };
};

function callsOf(said: readonly JsonObject[]): Gist['calls'] {
  const calls = new Map<JsonValue, { name: string; input: string }>();
  for (const { tool_calls: some } of said) {
    for (const [position, { index, function: called }] of objectsOf(some).entries()) {
      const known = calls.get(index ?? position) ?? { name: '', input: '' };
      calls.set(index ?? position, known);
      known.name += textOf(objectOf(called)['name']);
      known.input += textOf(objectOf(called)['arguments']);
    }
  }
  return [...calls.values()].map(({ name, input }) => ({ name, input: inputOf(input) }));
}

/** OpenRouter says tool_calls of a call that the length cut short, and tells the truth beside it. */
function stopOf({ finish_reason: reason, native_finish_reason: native }: JsonObject): Gist['stop'] {
  if (native === 'length' || reason === 'length') return 'length';
  if (reason === 'content_filter') return 'refused';
  return reason === 'stop' || reason === 'tool_calls' ? reason : 'unknown';
}

function usageOf(usage: JsonObject): GistUsage {
  const details = objectOf(usage['prompt_tokens_details']);
  return {
    input: countOf(usage['prompt_tokens']),
    cacheRead: countOf(details['cached_tokens']),
    cacheWrite: countOf(details['cache_write_tokens']),
    output: countOf(usage['completion_tokens']),
  };
}
