import { isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';

/** What matters of a message: members that tell nothing are left out. */
export function meaning(message: object): unknown {
  const { content, stop_reason, stop_sequence, stop_details, usage } = JSON.parse(
    JSON.stringify(message),
  ) as JsonObject;
  const counts = isJsonObject(usage) ? usage : {};
  return {
    content: isJsonArray(content) ? content.filter(isJsonObject).map(essence) : content,
    stop_reason,
    stop_sequence: stop_sequence ?? null,
    stop_details: stop_details ?? null,
    input_tokens: counts['input_tokens'],
    output_tokens: counts['output_tokens'],
    cache_read: counts['cache_read_input_tokens'] ?? 0,
    cache_write: counts['cache_creation_input_tokens'] ?? 0,
  };
}

function essence({ citations, caller: _caller, ...block }: JsonObject): JsonObject {
  return isJsonArray(citations) && citations.length > 0 ? { ...block, citations } : block;
}
