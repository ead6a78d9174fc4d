import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';

/**
 * Members of a chat completion that cannot make it cost more than its input by size and its output by
 * cap, at the dearest class. Whatever stands neither here nor in `conditional` has no known cost.
 */
const harmless: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'usage',
  // How much comes out: the cap and the number of answers are in the bound.
  'max_tokens',
  'max_completion_tokens',
  'n',
  'stop',
  'reasoning',
  'reasoning_effort',
  'include_reasoning',
  'verbosity',
  'response_format',
  'structured_outputs',
  // Which token comes next.
  'temperature',
  'top_p',
  'top_k',
  'top_a',
  'min_p',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'repetition_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  // Functions run at the caller; their schemas count by their bytes.
  'functions',
  'function_call',
  'tool_choice',
  'parallel_tool_calls',
  // Rates of caches and service tiers are in the bound.
  'service_tier',
  'cache_control',
  'prompt_cache_key',
  'prompt_cache_retention',
  // Bookkeeping.
  'user',
  'safety_identifier',
  'metadata',
  'store',
]);

/** Members that are harmless with some values only. */
const conditional: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  modalities: (value) => isJsonArray(value) && value.every((modality) => modality === 'text'),
  // Tools other than functions run at the provider, as often as it likes.
  tools: (value) => isJsonArray(value) && value.every(isCallersTool),
};

const isCallersTool = (tool: JsonValue): boolean =>
  isJsonObject(tool) && (tool['type'] === 'function' || tool['type'] === 'custom');

/** The first member that may cost what nothing bounds. */
export const harmfulField = (body: JsonObject): string | undefined =>
  Object.entries(body).find(
    ([name, value]) => value !== null && value !== undefined && !(harmless.has(name) || isHarmlessValue(name, value)),
  )?.[0];

const isHarmlessValue = (name: string, value: JsonValue): boolean =>
  Object.hasOwn(conditional, name) && conditional[name]?.(value) === true;
