import type Anthropic from '@anthropic-ai/sdk';
import { isJsonObject, type JsonObject } from '@tollgate/core';
import { textOf } from '../../../src/anthropic/chat-delta.ts';
import { SseParser } from '../../../src/base/sse-parser.ts';

/** The events of a stream; throws where a frame is none of Anthropic's: a name, one line of JSON, the same type. */
export function eventsOf(stream: Buffer): readonly JsonObject[] {
  const parser = new SseParser({ maxEventBytes: 1 << 26 });
  const frames = [...parser.push(stream), ...parser.end()];
  if (parser.unfinished.length > 0) throw new Error('the stream ends within an event');
  return frames.map(({ event, data }) => {
    const value: unknown = JSON.parse(data ?? '');
    if (!isJsonObject(value)) throw new Error('an event is no object');
    if (value['type'] !== event) throw new Error(`${event} carries ${JSON.stringify(value['type'])}`);
    return value;
  });
}

const deltasByBlock: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta', 'citations_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  redacted_thinking: [],
  tool_use: ['input_json_delta'],
};

const stopReasons: ReadonlySet<string> = new Set<Anthropic.StopReason>([
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'pause_turn',
  'refusal',
  'model_context_window_exceeded',
]);

interface OpenBlock {
  readonly index: number;
  readonly type: string;
  isSigned: boolean;
  hasText: boolean;
}

/**
 * Holds the events against the grammar of a Messages stream: message_start, blocks one after the other counted
 * from 0, message_delta, message_stop, and nothing else in any other order. Throws an Error that says what breaks it.
 */
export function assertMessageStream(events: readonly JsonObject[]): void {
  const [first, ...rest] = events;
  assertStart(first);
  let next = 0;
  let open: OpenBlock | undefined;
  const toolIds = new Set<unknown>();
  const end = rest.findIndex(({ type }) => type === 'message_delta');
  if (end === -1) throw new Error('there is no message_delta');
  for (const event of rest.slice(0, end)) {
    switch (event['type']) {
      case 'content_block_start':
        if (open !== undefined) throw new Error(`a block starts while ${open.index} is open`);
        open = startBlock(event, next, toolIds);
        next += 1;
        break;
      case 'content_block_delta':
        assertDelta(event, open);
        break;
      case 'content_block_stop':
        if (open?.index !== event['index']) throw new Error('a block stops that is not open');
        if (open?.type === 'thinking' && !open.isSigned) throw new Error('thinking without a signature');
        if (open?.type === 'text' && !open.hasText) throw new Error('a text of white space alone');
        open = undefined;
        break;
      default:
        throw new Error(`${JSON.stringify(event['type'])} stands among the blocks`);
    }
  }
  if (open !== undefined) throw new Error(`block ${open.index} does not stop`);
  assertEnd(rest.slice(end), toolIds.size);
}

function assertStart(event: JsonObject | undefined): void {
  const message = event?.['message'];
  if (event?.['type'] !== 'message_start' || !isJsonObject(message)) throw new Error('no message_start');
  const { id, type, role, content, model, stop_reason: reason, usage } = message;
  if (typeof id !== 'string' || !/^msg_[a-zA-Z0-9_]+$/.test(id)) throw new Error(`an id ${JSON.stringify(id)}`);
  if (type !== 'message' || role !== 'assistant' || typeof model !== 'string' || model === '')
    throw new Error('a message');
  if (JSON.stringify(content) !== '[]' || reason !== null) throw new Error('a message that does not begin empty');
  assertCounts(usage, ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens']);
}

function startBlock(event: JsonObject, next: number, toolIds: Set<unknown>): OpenBlock {
  const block = event['content_block'];
  if (event['index'] !== next || !isJsonObject(block))
    throw new Error(`block ${JSON.stringify(event['index'])} is not ${next}`);
  const type = textOf(block['type']);
  if (deltasByBlock[type] === undefined) throw new Error(`a block of type ${type}`);
  if (type === 'text' && block['text'] !== '') throw new Error('a text that does not start empty');
  if (type === 'redacted_thinking' && typeof block['data'] !== 'string')
    throw new Error('redacted thinking without data');
  if (type === 'tool_use') {
    const { id, name, input } = block;
    if (typeof id !== 'string' || !/^[a-zA-Z0-9_-]+$/.test(id)) throw new Error(`a call's id ${JSON.stringify(id)}`);
    if (toolIds.has(id)) throw new Error('an id of a call twice');
    if (typeof name !== 'string' || name === '' || JSON.stringify(input) !== '{}') throw new Error('a call');
    toolIds.add(id);
  }
  return { index: next, type, isSigned: false, hasText: false };
}

function assertDelta(event: JsonObject, open: OpenBlock | undefined): void {
  const delta = event['delta'];
  if (open?.index !== event['index'] || !isJsonObject(delta)) throw new Error('a delta for a block that is not open');
  const type = textOf(delta['type']);
  if (deltasByBlock[open?.type ?? '']?.includes(type) !== true) throw new Error(`${type} in ${open?.type}`);
  if (open === undefined) return;
  if (open.isSigned) throw new Error('a delta behind the signature');
  if (type === 'signature_delta') open.isSigned = typeof delta['signature'] === 'string' && delta['signature'] !== '';
  if (typeof delta['text'] === 'string' && delta['text'].trim() !== '') open.hasText = true;
}

function assertEnd(events: readonly JsonObject[], toolCalls: number): void {
  const [last, stop, ...more] = events;
  if (stop?.['type'] !== 'message_stop' || more.length > 0)
    throw new Error('the stream does not end with message_stop');
  const delta = last?.['delta'];
  if (!isJsonObject(delta)) throw new Error('message_delta without delta');
  const { stop_reason: reason, stop_sequence: sequence } = delta;
  if (typeof reason !== 'string' || !stopReasons.has(reason)) throw new Error(`stop_reason ${JSON.stringify(reason)}`);
  if ((sequence !== null) !== (reason === 'stop_sequence')) throw new Error('a stop_sequence that stop_reason denies');
  if (reason === 'tool_use' && toolCalls === 0) throw new Error('tool_use without a call');
  if (reason === 'end_turn' && toolCalls > 0) throw new Error('end_turn with a call');
  assertCounts(last?.['usage'], ['input_tokens', 'output_tokens']);
}

function assertCounts(usage: unknown, names: readonly string[]): void {
  for (const name of names) {
    const value = isJsonObject(usage) ? usage[name] : undefined;
    if (!Number.isSafeInteger(value) || Number(value) < 0) throw new Error(`usage.${name} is ${JSON.stringify(value)}`);
  }
}
