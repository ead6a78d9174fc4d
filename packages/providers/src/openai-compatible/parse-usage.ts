import { isJsonObject, noUsage, type JsonObject, type JsonValue, type Usage } from '@tollgate/core';

/**
 * Usage of a chat completion. `prompt_tokens` includes cached and written ones, unlike Anthropic's.
 * Undefined, which is not zero, where prompt or completion cannot be told.
 */
export function parseUsage(usage: JsonValue | undefined): Usage | undefined {
  if (!isJsonObject(usage)) return undefined;
  const prompt = readCount(usage, 'prompt_tokens');
  const completion = readCompletion(usage, prompt);
  if (prompt === undefined || completion === undefined) return undefined;
  return { ...noUsage, ...readInput(usage, prompt), ...readOutput(usage, completion) };
}

function readInput(
  usage: JsonObject,
  prompt: number,
): Pick<Usage, 'inputUncached' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'inputAudio'> {
  const details = detailsOf(usage, 'prompt_tokens_details');
  // DeepSeek says hit and miss beside the total.
  const cacheRead = readCount(details, 'cached_tokens') ?? readCount(usage, 'prompt_cache_hit_tokens') ?? 0;
  const cacheWrite = readCount(details, 'cache_write_tokens') ?? 0;
  const cacheWrite1h = Math.min(cacheWrite, readCount(details, 'cache_write_1h_tokens') ?? 0);
  const inputAudio = readCount(details, 'audio_tokens') ?? 0;
  // Gemini through OpenRouter counts the same tokens as read and as written: the rest may not turn negative.
  const uncached = Math.max(0, prompt - cacheRead - cacheWrite - inputAudio);
  return {
    inputUncached: readCount(usage, 'prompt_cache_miss_tokens') ?? uncached,
    cacheRead,
    cacheWrite5m: cacheWrite - cacheWrite1h,
    cacheWrite1h,
    inputAudio,
  };
}

function readOutput(usage: JsonObject, completion: number): Pick<Usage, 'output' | 'reasoning' | 'outputAudio'> {
  const details = detailsOf(usage, 'completion_tokens_details');
  const outputAudio = readCount(details, 'audio_tokens') ?? 0;
  const output = Math.max(0, completion - outputAudio);
  // OpenRouter has been seen to report more reasoning than completion, of which it is part.
  return { output, reasoning: Math.min(output, readCount(details, 'reasoning_tokens') ?? 0), outputAudio };
}

/** xAI counts reasoning beside the completion; its total tells. */
function readCompletion(usage: JsonObject, prompt: number | undefined): number | undefined {
  const completion = readCount(usage, 'completion_tokens');
  const total = readCount(usage, 'total_tokens');
  if (prompt === undefined || total === undefined) return completion;
  if (completion === undefined) return Math.max(0, total - prompt);
  const reasoning = readCount(detailsOf(usage, 'completion_tokens_details'), 'reasoning_tokens') ?? 0;
  return total === prompt + completion + reasoning ? completion + reasoning : completion;
}

const none: JsonObject = {};

function detailsOf(usage: JsonObject, name: string): JsonObject {
  const details = usage[name];
  return isJsonObject(details) ? details : none;
}

/** Anything but a whole number from zero up is no count. */
function readCount(from: JsonObject, name: string): number | undefined {
  const value = from[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
