import type { JsonObject, JsonValue } from '@tollgate/core';
import type { ReasoningDetail } from './reasoning-details.ts';

/** What one event adds to the message: the `delta` of a chunk, and a whole message's piece. */
export type ChatDelta = {
  readonly content?: string;
  readonly refusal?: string;
  readonly reasoning_content?: string;
  readonly reasoning_details?: readonly ReasoningDetail[];
  readonly tool_calls?: readonly ToolCallDelta[];
  readonly annotations?: readonly JsonObject[];
  /** Citations as Anthropic says them, places within documents included. Ours: OpenAI has none but of web pages. */
  readonly citations?: readonly JsonObject[];
  /** Begins a text that follows another one at once: which of the message's texts it is. Ours. */
  readonly text_index?: number;
};

/** Id and name come with a call's first piece alone. */
export type ToolCallDelta = {
  readonly index: number;
  readonly id?: string;
  readonly type?: 'function';
  readonly function: { readonly name?: string; readonly arguments: string };
};

/** A member that ought to be text; empty where it is not. */
export const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** Anthropic's `msg_…` as the id of a chat completion. */
export const chatId = (messageId: JsonValue | undefined): string => `chatcmpl-${textOf(messageId)}`;
