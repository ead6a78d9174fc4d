import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { mapFinishReason, type ChatFinishReason } from './map-finish-reason.ts';

/** How an answer ended, as a chat choice says it. */
export interface StopOutcome {
  readonly finishReason: ChatFinishReason;
  /** Why the model refused, in the provider's words. */
  readonly refusal: string | undefined;
  /** Members of the choice that OpenAI does not have: the reason in Anthropic's word, what matched, and why it refused. */
  readonly extensions: JsonObject;
}

/** From the members `stop_reason`, `stop_sequence` and `stop_details` of a message or of message_delta. */
export function readStop(stop: JsonObject, toolCalls: number): StopOutcome {
  const reason = textOf(stop['stop_reason']);
  const sequence = textOf(stop['stop_sequence']);
  const details = stop['stop_details'];
  return {
    finishReason: mapFinishReason(reason, toolCalls),
    refusal: reason === 'refusal' && isJsonObject(details) ? textOf(details['explanation']) : undefined,
    extensions: {
      ...(reason === undefined ? {} : { native_finish_reason: reason }),
      ...(sequence === undefined ? {} : { stop_sequence: sequence }),
      ...(isJsonObject(details) ? { stop_details: details } : {}),
    },
  };
}

const textOf = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
