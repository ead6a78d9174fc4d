import { isJsonObject, outputTokens, type JsonObject, type JsonValue } from '@tollgate/core';
import { parseUsage } from '../openai-compatible/parse-usage.ts';

/** Usage of a chat completion as a response says it. Null is unknown, not zero. */
export function responseUsage(usage: JsonValue | undefined): JsonObject | null {
  const parsed = parseUsage(usage);
  if (parsed === undefined || !isJsonObject(usage)) return null;
  const input = usage['prompt_tokens'];
  const inputTokens = typeof input === 'number' ? input : 0;
  const output = outputTokens(parsed);
  return {
    input_tokens: inputTokens,
    input_tokens_details: {
      cached_tokens: parsed.cacheRead,
      cache_write_tokens: parsed.cacheWrite5m + parsed.cacheWrite1h,
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: parsed.reasoning },
    total_tokens: inputTokens + output,
  };
}
