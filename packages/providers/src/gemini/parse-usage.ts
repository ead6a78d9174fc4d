import {
  inputTokens,
  isJsonArray,
  isJsonObject,
  noUsage,
  outputTokens,
  type JsonObject,
  type JsonValue,
  type Usage,
} from '@tollgate/core';

/**
 * `usageMetadata`: the prompt's count includes what was read from a cache, the candidates' excludes what was thought
 * (https://ai.google.dev/api/generate-content#UsageMetadata). Undefined, which is not zero, where the prompt is not told.
 */
export function parseUsage(metadata: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(metadata)) return undefined;
  const prompt = count(metadata, 'promptTokenCount');
  if (prompt === undefined) return undefined;
  const cacheRead = Math.min(prompt, count(metadata, 'cachedContentTokenCount') ?? 0);
  const audio = audioTokens(metadata['promptTokensDetails']) - audioTokens(metadata['cacheTokensDetails']);
  const inputAudio = Math.min(prompt - cacheRead, Math.max(0, audio));
  const reasoning = count(metadata, 'thoughtsTokenCount') ?? 0;
  return {
    ...noUsage,
    inputUncached: prompt - cacheRead - inputAudio + (count(metadata, 'toolUsePromptTokenCount') ?? 0),
    cacheRead,
    inputAudio,
    output: (count(metadata, 'candidatesTokenCount') ?? 0) + reasoning,
    reasoning,
  };
}

/** Usage in OpenAI's shape. */
export function chatUsage(usage: Usage): JsonObject {
  const prompt = inputTokens(usage);
  const completion = outputTokens(usage);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      ...(usage.inputAudio === 0 ? {} : { audio_tokens: usage.inputAudio }),
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  };
}

const audioTokens = (details: JsonValue | undefined): number =>
  (isJsonArray(details) ? details.filter(isJsonObject) : [])
    .filter(({ modality }) => modality === 'AUDIO')
    .reduce((sum, detail) => sum + (count(detail, 'tokenCount') ?? 0), 0);

function count(from: JsonObject, name: string): number | undefined {
  const value = from[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
