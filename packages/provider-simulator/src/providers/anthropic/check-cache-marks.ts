import { isJsonObject, type JsonObject } from '@tollgate/core';
import { objectsOf } from '../read-members.ts';
import { blocksOf } from './read-messages-ask.ts';

const mostMarks = 4;

/** At most four marks, each of a known time, the longer ones first. */
export function checkCacheMarks(body: JsonObject): string | undefined {
  const marks = marksOf(body);
  const odd = marks.find((mark) => mark['type'] !== 'ephemeral');
  if (odd !== undefined) return "cache_control.type: Input should be 'ephemeral'";
  const times = marks.map((mark) => mark['ttl'] ?? '5m');
  if (times.some((time) => time !== '5m' && time !== '1h'))
    return "cache_control.ephemeral.ttl: Input should be '5m' or '1h'";
  if (marks.length > mostMarks) {
    return `A maximum of ${mostMarks} blocks with cache_control may be provided. Found ${marks.length}.`;
  }
  const firstShort = times.indexOf('5m');
  return firstShort !== -1 && times.lastIndexOf('1h') > firstShort
    ? "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`."
    : undefined;
}

function marksOf(body: JsonObject): readonly JsonObject[] {
  const turns = objectsOf(body['messages']).flatMap(({ content }) => blocksOf(content));
  const inResults = turns.flatMap((block) => (block['type'] === 'tool_result' ? blocksOf(block['content']) : []));
  return [...objectsOf(body['tools']), ...blocksOf(body['system']), ...turns, ...inResults]
    .map(({ cache_control: mark }) => mark)
    .filter(isJsonObject);
}
