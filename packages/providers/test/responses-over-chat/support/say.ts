import { AttemptError, parseJsonBody, type Call, type JsonObject } from '@tollgate/core';
import type { AnswerFacts, StreamReader } from '../../../src/base/adapter.ts';
import type { AnswerContext } from '../../../src/base/translation.ts';
import { responsesOverChat } from '../../../src/responses-over-chat/protocol.ts';

/** A call of the Responses API, as the gateway reads it. */
export function responsesCall(body: JsonObject): Call {
  const parsed = parseJsonBody(Buffer.from(JSON.stringify({ model: 'm', input: 'Hello', ...body })));
  return {
    endpoint: 'responses',
    protocol: 'openai_responses',
    model: 'm',
    stream: body['stream'] === true,
    wantsStreamUsage: true,
    choices: 1,
    outputCapTokens: undefined,
    serviceTier: undefined,
    body: parsed,
  };
}

/** The chat completion that a request becomes. */
export const asChat = (body: JsonObject) => responsesOverChat.toChat(responsesCall(body));

export const answerContext = (body: JsonObject = {}): AnswerContext => ({
  call: responsesCall(body),
  requestId: 'req-1',
  nowMs: 1_700_000_000_500,
});

/** The events that chat chunks become. */
export function sayChunks(chunks: readonly JsonObject[], body: JsonObject = {}): string {
  const writer = responsesOverChat.createAnswerWriter(answerContext(body));
  return Buffer.concat([...chunks.map((chunk) => writer.chunk(chunk)), writer.end()]).toString('utf8');
}

export const sayWhole = (completion: JsonObject, body: JsonObject = {}): JsonObject =>
  responsesOverChat.writeWhole(completion, answerContext(body));

/** A chunk with one choice. */
export const chunkOf = (delta: JsonObject, choice: JsonObject = {}): JsonObject => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm-1',
  choices: [{ index: 0, delta, finish_reason: null, ...choice }],
});

export const finishOf = (reason: string, choice: JsonObject = {}): JsonObject =>
  chunkOf({}, { finish_reason: reason, ...choice });

export interface ReadStream {
  readonly text: string;
  readonly facts: AnswerFacts;
  readonly error: AttemptError | undefined;
}

/** Reads a stream cut at the places given to its end or its first error, as the sockets' side does. */
export function readPieces(reader: StreamReader, body: Buffer, cuts: readonly number[] = []): ReadStream {
  const said: Buffer[] = [];
  const ends = [...cuts, body.length];
  let error: AttemptError | undefined;
  try {
    for (const [index, end] of ends.entries()) {
      said.push(reader.push(body.subarray(ends[index - 1] ?? 0, end)));
      if (reader.failure !== undefined) throw reader.failure;
    }
    said.push(reader.end());
  } catch (thrown) {
    if (!(thrown instanceof AttemptError)) throw thrown;
    error = thrown;
  }
  return { text: Buffer.concat(said).toString('utf8'), facts: { ...reader.facts }, error };
}
