import type { JsonObject, Usage } from '@tollgate/core';

/** Bytes a token, where nothing better is known. */
const bytesPerToken = 4;

export const estimateTokens = (bytes: number): number => Math.ceil(bytes / bytesPerToken);

/** Usage before it is known: clients read the input from message_start, the truth comes with message_delta. */
export const openingUsage = (inputTokens: number): JsonObject => ({
  input_tokens: inputTokens,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: null,
  output_tokens: 0,
  output_tokens_details: null,
  server_tool_use: null,
  service_tier: null,
  inference_geo: null,
  speed: null,
});

/** Usage as Anthropic counts it: its input excludes what was read from the cache and written to it. */
export const finalUsage = (usage: Usage): JsonObject => ({
  input_tokens: usage.inputUncached + usage.inputAudio,
  cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
  cache_read_input_tokens: usage.cacheRead,
  cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite5m, ephemeral_1h_input_tokens: usage.cacheWrite1h },
  output_tokens: usage.output + usage.outputAudio,
  output_tokens_details: { thinking_tokens: usage.reasoning },
  server_tool_use: null,
});
