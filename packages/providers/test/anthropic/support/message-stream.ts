import { AttemptError, isJsonArray, isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import type { AnswerFacts } from '../../../src/base/adapter.ts';
import { createAnthropicAdapter } from '../../../src/anthropic/adapter.ts';
import { providerRequest, type RequestOptions } from '../../support/provider-request.ts';
import { budgetModel } from './translate.ts';

const adapter = createAnthropicAdapter({ clock: new ManualClock() });

/** What the manual clock's first instant is, in seconds. */
export const createdAt = Date.UTC(2026, 10, 23) / 1000;

/** One event as Anthropic frames it. */
export const event = (type: string, fields: JsonObject = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

export const started = (message: JsonObject = {}): string =>
  event('message_start', {
    message: { id: 'msg_1', model: 'claude-sonnet-4-5', usage: { input_tokens: 10, output_tokens: 1 }, ...message },
  });

export const block = (index: number, content_block: JsonObject, deltas: readonly JsonObject[] = []): string =>
  [
    event('content_block_start', { index, content_block }),
    ...deltas.map((delta) => event('content_block_delta', { index, delta })),
    event('content_block_stop', { index }),
  ].join('');

export const textBlock = (index: number, ...pieces: readonly string[]): string =>
  block(
    index,
    { type: 'text', text: '' },
    pieces.map((text) => ({ type: 'text_delta', text })),
  );

export const toolBlock = (index: number, id: string, ...pieces: readonly string[]): string =>
  block(
    index,
    { type: 'tool_use', id, name: 'lookup', input: {} },
    pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  );

export const stopped = (stop_reason: string | null, more: JsonObject = {}): string =>
  event('message_delta', { delta: { stop_reason, stop_sequence: null, ...more }, usage: { output_tokens: 7 } }) +
  event('message_stop');

export interface ReadStream {
  /** All that the caller got. */
  readonly text: string;
  readonly facts: AnswerFacts;
  /** How it failed, where it did. */
  readonly error: AttemptError | undefined;
}

export interface ReadOptions extends RequestOptions {
  /** Where the stream is cut into pieces. */
  readonly cuts?: readonly number[];
}

/** Reads a streamed message to its end or its first error, as the sockets' side does. */
export function readStream(stream: string | Buffer, { cuts = [], ...options }: ReadOptions = {}): ReadStream {
  const reader = adapter.createStreamReader(providerRequest({ providerModel: budgetModel, ...options }));
  const bytes = Buffer.from(stream);
  const said: Buffer[] = [];
  const ends = [...cuts, bytes.length];
  try {
    for (const [index, end] of ends.entries()) {
      said.push(reader.push(bytes.subarray(ends[index - 1] ?? 0, end)));
      if (reader.failure !== undefined) throw reader.failure;
    }
    said.push(reader.end());
    return { text: Buffer.concat(said).toString(), facts: reader.facts, error: undefined };
  } catch (error) {
    if (!(error instanceof AttemptError)) throw error;
    return { text: Buffer.concat(said).toString(), facts: reader.facts, error };
  }
}

/** The chunks of a chat stream; its end is left out. */
export const chunksOf = (text: string): readonly JsonObject[] =>
  text
    .split('\n\n')
    .filter((frame) => frame !== '' && frame !== 'data: [DONE]')
    .map((frame) => {
      const chunk = frame.startsWith('data: ') ? tryParseJson(frame.slice('data: '.length)) : undefined;
      if (!isJsonObject(chunk)) throw new Error(`no chunk: ${frame}`);
      return chunk;
    });

/** The only choice of a completion or a chunk; undefined in the chunk that has none. */
export const choiceOf = ({ choices }: JsonObject): JsonObject | undefined =>
  isJsonArray(choices) && isJsonObject(choices[0]) ? choices[0] : undefined;

/** The deltas of the chunks that have a choice. */
export const deltasOf = (text: string): readonly unknown[] =>
  chunksOf(text)
    .map(choiceOf)
    .filter((choice) => choice !== undefined)
    .map((choice) => choice['delta']);

export const readWhole = (message: unknown, options: RequestOptions = {}) => {
  const body = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  const answer = adapter.readWhole(body, providerRequest({ providerModel: budgetModel, ...options }));
  const completion = tryParseJson(answer.body.toString('utf8'));
  if (!isJsonObject(completion)) throw new Error('the answer is no JSON object');
  return { completion, facts: answer.facts };
};
