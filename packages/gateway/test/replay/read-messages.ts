import assert from 'node:assert/strict';
import type { JsonObject, JsonValue } from '@tollgate/core';
import { countOf, inputOf, objectOf, objectsOf, textOf, type Gist, type GistReader, type GistUsage } from './gist.ts';

/** A message, or the events of one. */
export const readMessages: GistReader = (objects, streamed) => {
  if (!streamed) return gistOf(objectOf(objects[0]), objectsOf(objectOf(objects[0])['content']));
  const message = objectOf(objects.find(({ type }) => type === 'message_start')?.['message']);
  const deltas = objects.filter(({ type }) => type === 'message_delta');
  const usage = Object.assign({}, objectOf(message['usage']), ...deltas.map((delta) => objectOf(delta['usage'])));
  const whole = { ...message, ...objectOf(deltas.at(-1)?.['delta']), usage };
  return gistOf(whole, blocksOf(objects));
};

/** The blocks that the events build up. */
function blocksOf(events: readonly JsonObject[]): readonly JsonObject[] {
  const blocks = new Map<JsonValue | undefined, JsonObject>();
  const inputs = new Map<JsonValue | undefined, string>();
  for (const { type, index, content_block: block, delta } of events) {
    if (type === 'content_block_start') blocks.set(index, objectOf(block));
    if (type !== 'content_block_delta') continue;
    const begun = blocks.get(index);
    assert.ok(begun, 'a delta of a block that was not begun');
    const { text, partial_json: json } = objectOf(delta);
    blocks.set(index, { ...begun, text: textOf(begun['text']) + textOf(text) });
    inputs.set(index, (inputs.get(index) ?? '') + textOf(json));
  }
  return [...blocks].map(([index, block]) =>
    block['type'] === 'tool_use' ? { ...block, input: inputOf(inputs.get(index) ?? '') } : block,
  );
}

function gistOf(message: JsonObject, blocks: readonly JsonObject[]): Gist {
  const { stop_reason: reason, stop_details: details, usage } = message;
  assert.equal(typeof reason, 'string', 'the message has a stop_reason');
  const said = blocks.map(({ type, text }) => (type === 'text' ? textOf(text) : '')).join('');
  return {
    text: said === '' ? textOf(objectOf(details)['explanation']) : said,
    calls: blocks
      .filter(({ type }) => type === 'tool_use')
      .map(({ name, input = null }) => ({ name: textOf(name), input })),
    stop: stops[textOf(reason)] ?? 'unknown',
    usage: usageOf(objectOf(usage)),
  };
}

const stops: Readonly<Record<string, Gist['stop']>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool_calls',
  refusal: 'refused',
};

/** Input is what was neither read from a cache nor written to one. */
function usageOf(usage: JsonObject): GistUsage {
  const cacheRead = countOf(usage['cache_read_input_tokens']);
  const cacheWrite = countOf(usage['cache_creation_input_tokens']);
  return {
    input: countOf(usage['input_tokens']) + cacheRead + cacheWrite,
    cacheRead,
    cacheWrite,
    output: countOf(usage['output_tokens']),
  };
}
