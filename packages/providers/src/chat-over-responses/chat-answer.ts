import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import type { ResponseFacts } from '../openai-responses/response-facts.ts';

/** The response's id as that of a chat completion. */
export const chatId = ({ id }: JsonObject): string => `chatcmpl-${typeof id === 'string' ? id : ''}`;

export const createdAt = ({ created_at: created }: JsonObject): number =>
  typeof created === 'number' ? Math.floor(created) : 0;

/** How the answer ended; calls that were streamed count where the last event leaves its output out. */
export function readFinishReason(facts: ResponseFacts, calls: number): string {
  const reason = facts.finishReason ?? 'stop';
  return reason === 'stop' && calls > 0 ? 'tool_calls' : reason;
}

/** What stands beside the choices. */
export const tierMember = ({ serviceTier }: ResponseFacts): JsonObject =>
  serviceTier === undefined ? {} : { service_tier: serviceTier };

/** Usage of a response as a chat completion says it; undefined where it is not known. */
export function chatUsage(usage: JsonValue | undefined): JsonObject | undefined {
  if (!isJsonObject(usage) || typeof usage['input_tokens'] !== 'number') return undefined;
  const { input_tokens: input, output_tokens: output, total_tokens: total, ...rest } = usage;
  const { input_tokens_details: inputDetails, output_tokens_details: outputDetails, ...more } = rest;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: total,
    prompt_tokens_details: inputDetails,
    completion_tokens_details: outputDetails,
    ...more,
  };
}
