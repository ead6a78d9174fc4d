import { isJsonObject, noUsage, type JsonObject, type JsonValue, type Usage } from '@tollgate/core';

/**
 * Usage of a response. `input_tokens` includes cached and written ones. Undefined, which is not zero,
 * where input or output cannot be told.
 */
export function parseUsage(usage: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(usage)) return undefined;
  const input = readCount(usage['input_tokens']);
  const output = readCount(usage['output_tokens']);
  if (input === undefined || output === undefined) return undefined;
  const inputDetails = detailsOf(usage, 'input_tokens_details');
  const cacheRead = readCount(inputDetails['cached_tokens']) ?? 0;
  const cacheWrite5m = readCount(inputDetails['cache_write_tokens']) ?? 0;
  const reasoning = readCount(detailsOf(usage, 'output_tokens_details')['reasoning_tokens']) ?? 0;
  return {
    ...noUsage,
    // Gemini through OpenRouter counts the same tokens as read and as written: the rest may not turn negative.
    inputUncached: Math.max(0, input - cacheRead - cacheWrite5m),
    cacheRead,
    cacheWrite5m,
    output,
    reasoning: Math.min(output, reasoning),
  };
}

const none: JsonObject = {};

function detailsOf(usage: JsonObject, name: string): JsonObject {
  const details = usage[name];
  return isJsonObject(details) ? details : none;
}

/** Anything but a whole number from zero up is no count. */
const readCount = (value: JsonValue | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
