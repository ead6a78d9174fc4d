import {
  inputTokens,
  isJsonObject,
  noUsage,
  outputTokens,
  type JsonObject,
  type JsonValue,
  type Usage,
} from '@tollgate/core';

/** Anthropic's `usage` as far as it has come; null and missing members leave what was known. */
export interface UsageTally {
  readonly input?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  /** Of `cacheWrite`; only message_start and whole answers tell. */
  readonly cacheWrite1h?: number;
  readonly output?: number;
  readonly reasoning?: number;
}

/** Counts are cumulative: the last one of each kind holds, and none is ever added to another. */
export function tallyUsage(known: UsageTally, usage: JsonValue | undefined): UsageTally {
  if (!isJsonObject(usage)) return known;
  return {
    ...known,
    ...count('input', usage['input_tokens']),
    ...count('cacheRead', usage['cache_read_input_tokens']),
    ...count('cacheWrite', usage['cache_creation_input_tokens']),
    ...count('cacheWrite1h', member(usage['cache_creation'], 'ephemeral_1h_input_tokens')),
    ...count('output', usage['output_tokens']),
    ...count('reasoning', member(usage['output_tokens_details'], 'thinking_tokens')),
  };
}

const member = (value: JsonValue | undefined, name: string): JsonValue | undefined =>
  isJsonObject(value) ? value[name] : undefined;

const count = (kind: keyof UsageTally, value: JsonValue | undefined): UsageTally =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? { [kind]: value } : {};

/** Undefined where nothing was reported: that is unknown, not zero. Anthropic's input excludes both cache classes. */
export function usageOf(tally: UsageTally): Usage | undefined {
  if (tally.input === undefined && tally.output === undefined) return undefined;
  const cacheWrite = tally.cacheWrite ?? tally.cacheWrite1h ?? 0;
  const cacheWrite1h = Math.min(tally.cacheWrite1h ?? 0, cacheWrite);
  return {
    ...noUsage,
    inputUncached: tally.input ?? 0,
    cacheRead: tally.cacheRead ?? 0,
    cacheWrite5m: cacheWrite - cacheWrite1h,
    cacheWrite1h,
    output: tally.output ?? 0,
    reasoning: tally.reasoning ?? 0,
  };
}

/** Usage in OpenAI's shape, whose prompt tokens include the cached ones. */
export function chatUsage(usage: Usage): JsonObject {
  const prompt = inputTokens(usage);
  const completion = outputTokens(usage);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
      // Ours: of these, the ones that are kept for an hour and cost more.
      ...(usage.cacheWrite1h === 0 ? {} : { cache_write_1h_tokens: usage.cacheWrite1h }),
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  };
}

/** Anthropic's `usage.service_tier` in OpenAI's words. */
export function serviceTierOf(usage: JsonValue | undefined): string | undefined {
  const tier = member(usage, 'service_tier');
  if (tier === 'standard') return 'default';
  return typeof tier === 'string' ? tier : undefined;
}
