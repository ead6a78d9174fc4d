import { isJsonObject, type JsonObject } from '@tollgate/core';
import type { Exchange } from './exchange.ts';

/** A file that holds an answer's body and nothing else. It says no status, so it is taken for a 200. */
export function readBareBody(fileName: string, bytes: Buffer): Exchange {
  if (fileName.endsWith('.json')) {
    JSON.parse(bytes.toString('utf8'));
    return answer('application/json', bytes);
  }
  if (fileName.endsWith('.chunks.txt')) return answer('text/event-stream', restoreFraming(bytes.toString('utf8')));
  if (/\.(sse|txt)$/.test(fileName)) return answer('text/event-stream', bytes);
  throw new Error('its name ends in none of .yaml, .yml, .chunks.txt, .sse, .txt, .json');
}

const answer = (contentType: string, body: Buffer): Exchange => ({
  request: undefined,
  response: { status: 200, headers: { 'content-type': contentType }, body },
});

/** Events that name their type were named SSE events; chat chunks were not, and ended with [DONE]. */
function restoreFraming(text: string): Buffer {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const types = lines.map((line) => eventType(parseEvent(line)));
  const frames = lines.map((line, index) => {
    const type = types[index];
    return type === undefined ? `data: ${line}\n\n` : `event: ${type}\ndata: ${line}\n\n`;
  });
  const done = types.every((type) => type === undefined) ? ['data: [DONE]\n\n'] : [];
  return Buffer.from([...frames, ...done].join(''));
}

function parseEvent(line: string): JsonObject {
  const event: unknown = JSON.parse(line);
  if (!isJsonObject(event)) throw new Error(`not an event: ${line.slice(0, 60)}`);
  return event;
}

const eventType = (event: JsonObject): string | undefined =>
  typeof event['type'] === 'string' ? event['type'] : undefined;
