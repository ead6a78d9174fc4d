import { isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** How a finished response ended, in the words of chat completions; `tool_calls` where the caller has calls to answer. */
export function finishReasonOf(response: JsonObject): FinishReason {
  const details = response['incomplete_details'];
  if (response['status'] === 'incomplete' || isJsonObject(details)) {
    return isJsonObject(details) && details['reason'] === 'content_filter' ? 'content_filter' : 'length';
  }
  const { output } = response;
  return isJsonArray(output) && output.some((item) => isJsonObject(item) && isCall(item)) ? 'tool_calls' : 'stop';
}

/** A call that the caller has to answer, unlike those of tools that the provider runs. */
export const isCall = ({ type }: JsonObject): boolean => type === 'function_call' || type === 'custom_tool_call';
