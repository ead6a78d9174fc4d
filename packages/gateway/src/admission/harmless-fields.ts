import { isJsonArray, isJsonObject, type Call, type JsonValue, type Protocol } from '@tollgate/core';

/**
 * Members of a call, by its protocol, that cannot make it cost more than its input by size and its output by cap, at
 * the dearest class. Whatever stands neither here nor in `conditional` has no known cost.
 */
const common: readonly string[] = [
  'model',
  'stream',
  'stream_options',
  // Which token comes next.
  'temperature',
  'top_p',
  'top_k',
  // Functions run at the caller; their schemas count by their bytes.
  'tool_choice',
  'parallel_tool_calls',
  // Rates of caches and service tiers are in the bound.
  'service_tier',
  'cache_control',
  'prompt_cache_key',
  'prompt_cache_retention',
  'session_id',
  // How much is thought is within the output cap.
  'reasoning',
  // Bookkeeping.
  'user',
  'safety_identifier',
  'metadata',
  'store',
];

const heard: readonly string[] = ['model', 'prompt', 'response_format', 'temperature'];

const harmless: Readonly<Record<Exclude<Protocol, FreeProtocol>, ReadonlySet<string>>> = {
  openai_chat: new Set([
    ...common,
    'messages',
    'usage',
    // How much comes out: the cap and the number of answers are in the bound.
    'max_tokens',
    'max_completion_tokens',
    'n',
    'stop',
    'reasoning_effort',
    'include_reasoning',
    'verbosity',
    'response_format',
    'structured_outputs',
    'top_a',
    'min_p',
    'seed',
    'frequency_penalty',
    'presence_penalty',
    'repetition_penalty',
    'logit_bias',
    'logprobs',
    'top_logprobs',
    'functions',
    'function_call',
  ]),
  openai_responses: new Set([
    ...common,
    'input',
    'instructions',
    // What it goes on from is in the bound.
    'previous_response_id',
    'max_output_tokens',
    'max_tool_calls',
    'text',
    'top_logprobs',
    'include',
    'truncation',
  ]),
  anthropic_messages: new Set([
    ...common,
    'messages',
    'system',
    'max_tokens',
    'stop_sequences',
    'thinking',
    'output_config',
    'output_format',
  ]),
  completions: new Set([
    ...common,
    'prompt',
    'suffix',
    'echo',
    'max_tokens',
    'n',
    'best_of',
    'stop',
    'seed',
    'min_p',
    'frequency_penalty',
    'presence_penalty',
    'repetition_penalty',
    'logit_bias',
    'logprobs',
  ]),
  embeddings: new Set(['model', 'input', 'encoding_format', 'dimensions', 'input_type', 'truncate', 'user']),
  moderations: new Set(['model', 'input']),
  images_generations: new Set([
    'model',
    'prompt',
    'n',
    'size',
    'quality',
    'style',
    'background',
    'moderation',
    'stream',
    'partial_images',
    'response_format',
    'output_format',
    'output_compression',
    'user',
  ]),
  audio_speech: new Set(['model', 'input', 'voice', 'instructions', 'response_format', 'speed', 'stream_format']),
  audio_transcriptions: new Set([...heard, 'language', 'timestamp_granularities[]', 'include[]', 'stream']),
  audio_translations: new Set(heard),
  rerank: new Set([
    'model',
    'query',
    'documents',
    'top_n',
    'return_documents',
    'rank_fields',
    'max_chunks_per_doc',
    'max_tokens_per_doc',
  ]),
};

type FreeProtocol = 'count_tokens' | 'stored_responses';

const isFree = (protocol: Protocol): protocol is FreeProtocol =>
  protocol === 'count_tokens' || protocol === 'stored_responses';

type Condition = (value: JsonValue) => boolean;

/** Tools other than functions run at the provider, as often as it likes. */
const callersTools: Condition = (value) => isJsonArray(value) && value.every(isCallersTool);

/** Members that are harmless with some values only. */
const conditional: Readonly<Partial<Record<Protocol, ReadonlyMap<string, Condition>>>> = {
  openai_chat: new Map([
    ['modalities', (value) => isJsonArray(value) && value.every((modality) => modality === 'text')],
    ['tools', callersTools],
  ]),
  openai_responses: new Map([
    ['background', (value) => value === false],
    ['tools', callersTools],
  ]),
  anthropic_messages: new Map([['tools', (value) => isJsonArray(value) && value.every(isAnthropicCallersTool)]]),
};

const isCallersTool = (tool: JsonValue): boolean =>
  isJsonObject(tool) && (tool['type'] === 'function' || tool['type'] === 'custom');

/** There a tool of the caller's own need not say that it is one. */
const isAnthropicCallersTool = (tool: JsonValue): boolean =>
  isJsonObject(tool) && (tool['type'] ?? 'custom') === 'custom';

/** The first member that may cost what nothing bounds. */
export const harmfulField = ({
  protocol,
  body: { outline: members },
}: Pick<Call, 'protocol' | 'body'>): string | undefined =>
  Object.keys(members).find((name) => {
    const value = members[name];
    return value !== null && value !== undefined && !isHarmless(protocol, name, value);
  });

const isHarmless = (protocol: Protocol, name: string, value: JsonValue): boolean =>
  isFree(protocol) || harmless[protocol].has(name) || conditional[protocol]?.get(name)?.(value) === true;
