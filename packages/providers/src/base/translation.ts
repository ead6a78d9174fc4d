import type { Call, JsonObject } from '@tollgate/core';
import type { CallerNames, Origins } from './caller-fields.ts';

/**
 * Chat completions are what every kind of provider can be asked by. They are written with the members that OpenRouter
 * made common, so that nothing of the richer protocols is lost on the way: `reasoning_details` (thinking with its
 * signatures), `cache_control` on parts, `file` parts, `annotations` (citations), `usage` with its details.
 */
export interface ChatForm {
  readonly body: JsonObject;
  /** Members of the call that have no counterpart in a chat completion, where a client survives that. */
  readonly droppedFields: readonly string[];
  /** Where the caller has what the pieces of the body say. */
  readonly origins: Origins;
}

/** What an answer in the caller's protocol is written from beside the chat answer itself. */
export interface AnswerContext {
  readonly call: Call;
  /** Ours; makes ids of the answer that the provider has not given. */
  readonly requestId: string;
  readonly nowMs: number;
}

/** A protocol that callers speak, said over chat completions. Pure: no I/O, no clock. */
export interface CallerProtocol {
  readonly names: CallerNames;
  /** Throws GatewayError (`unsupported_field`, `invalid_field`) for what a chat completion cannot say. */
  toChat(call: Call): ChatForm;
  createAnswerWriter(context: AnswerContext): AnswerWriter;
  /** A whole `chat.completion` as the caller's protocol has it. */
  writeWhole(completion: JsonObject, context: AnswerContext): JsonObject;
}

/** Says the chunks of one streamed chat completion as events of the caller's protocol. */
export interface AnswerWriter {
  /** A `chat.completion.chunk`, the one with usage alone included. Returns the events that it makes, possibly none. */
  chunk(chunk: JsonObject): Buffer;
  /** The chat stream ended with `[DONE]`: the events that the protocol ends with. */
  end(): Buffer;
}
