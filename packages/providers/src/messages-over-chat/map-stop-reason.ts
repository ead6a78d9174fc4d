import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';

/** Why the answer stopped, as message_delta and a whole message say it. */
export type Stop = {
  readonly stop_reason: string;
  readonly stop_sequence: string | null;
  readonly stop_details: JsonObject | null;
};

export interface AnswerEnd {
  /** The choice that said how the answer ended; empty where none did. */
  readonly choice: JsonObject;
  readonly toolCalls: number;
  readonly refusal: string;
  /** `stop_sequences` of the request. */
  readonly stopSequences: JsonValue | undefined;
}

/** Reasons in other makes' own words that a chat's `finish_reason` hides, and Anthropic's. */
const nativeReasons: ReadonlyMap<JsonValue | undefined, string> = new Map([
  ['length', 'max_tokens'],
  ['max_tokens', 'max_tokens'],
  ['max_output_tokens', 'max_tokens'],
  ['MAX_TOKENS', 'max_tokens'],
  ['model_context_window_exceeded', 'model_context_window_exceeded'],
  ['pause_turn', 'pause_turn'],
  ['refusal', 'refusal'],
  ['stop_sequence', 'stop_sequence'],
]);

export function readStop(end: AnswerEnd): Stop {
  const matched = matchedSequence(end);
  const reason = reasonOf(end, matched);
  return {
    stop_reason: reason,
    stop_sequence: reason === 'stop_sequence' ? (matched ?? null) : null,
    stop_details: reason === 'refusal' ? detailsOf(end) : null,
  };
}

function detailsOf({ choice, refusal }: AnswerEnd): JsonObject {
  const { stop_details: details } = choice;
  return isJsonObject(details)
    ? details
    : { type: 'refusal', category: null, explanation: refusal === '' ? null : refusal };
}

function reasonOf({ choice, toolCalls, refusal }: AnswerEnd, matched: string | undefined): string {
  const native = nativeReasons.get(choice['native_finish_reason']);
  if (native !== undefined) return native;
  const reason = choice['finish_reason'];
  if (reason === 'length') return 'max_tokens';
  if (reason === 'content_filter' || refusal !== '') return 'refusal';
  // Clients wait for `tool_use` alone to run tools, and find none where there are none.
  if (toolCalls > 0) return 'tool_use';
  return matched === undefined ? 'end_turn' : 'stop_sequence';
}

/** Our own adapter says which it was, and so does vLLM, whose `stop_reason` may also be a token. */
function matchedSequence({ choice, stopSequences }: AnswerEnd): string | undefined {
  const { stop_sequence: named, stop_reason: stopped } = choice;
  if (typeof named === 'string') return named;
  const isAsked = typeof stopped === 'string' && isJsonArray(stopSequences) && stopSequences.includes(stopped);
  return isAsked ? stopped : undefined;
}

/** Whether the provider itself is Anthropic, whose refusals have their words beside the content. */
export const saysRefusalApart = (choice: JsonObject): boolean => choice['native_finish_reason'] === 'refusal';
