import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { isPresent, unsupportedField } from '../base/read-fields.ts';

/** Fields that the other files of this folder carry over, or that only the gateway reads. */
const carried: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'n',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'logprobs',
  'top_logprobs',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'reasoning',
]);

/** Fields without which the answer is not the one that was asked for, and what to do instead. */
const refused: ReadonlyMap<string, string> = new Map([
  ['logit_bias', 'has no counterpart: leave it out.'],
  ['modalities', 'has to be ["text"]: this model answers with text alone.'],
  ['audio', 'has no counterpart: this model answers with text alone.'],
  ['web_search_options', 'has no counterpart: leave it out.'],
  ['functions', 'is no longer served: use `tools`.'],
  ['function_call', 'is no longer served: use `tool_choice`.'],
]);

/** Values that ask for nothing, so that nothing is lost without them. */
const neutralValues: ReadonlyMap<string, (value: JsonValue) => boolean> = new Map([
  ['logit_bias', (value) => isJsonObject(value) && Object.keys(value).length === 0],
  ['modalities', (value) => isJsonArray(value) && value.every((modality) => modality === 'text')],
  ['store', (value) => value === false],
]);

/**
 * Names of fields that are left out because the answer is as useful without them: marks for caching, which Gemini does
 * by itself, bookkeeping, and whatever is not known here. Throws GatewayError `unsupported_field` for the others.
 */
export function dropUncarried(body: JsonObject): readonly string[] {
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (carried.has(name) || !isPresent(value) || neutralValues.get(name)?.(value)) continue;
    const advice = refused.get(name);
    if (advice !== undefined) throw unsupportedField(name, advice);
    dropped.push(name);
  }
  return [...dropped, ...dropUncarriedOfMessages(body)];
}

function dropUncarriedOfMessages(body: JsonObject): readonly string[] {
  const messages = objectsOf(body['messages']);
  const parts = messages.flatMap(({ content }) => objectsOf(content));
  const files = objectsOf(parts.map(({ file }) => file ?? null));
  const images = objectsOf(parts.map(({ image_url: image }) => image ?? null));
  const tools = objectsOf(body['tools']);
  const marked = [...messages, ...parts, ...tools, ...objectsOf(tools.map((tool) => tool['function'] ?? null))];
  return [
    ...named('messages[].name', messages, 'name'),
    ...named(
      'messages[].content[].image_url.detail',
      images.filter(({ detail }) => detail !== 'auto'),
      'detail',
    ),
    ...named('messages[].content[].file.filename', files, 'filename'),
    ...named('messages[].content[].file.citations', files, 'citations'),
    ...(isPresent(body['cache_control']) ? [] : named('cache_control', marked, 'cache_control')),
  ];
}

const named = (as: string, among: readonly JsonObject[], member: string): readonly string[] =>
  among.some((one) => isPresent(one[member])) ? [as] : [];

const objectsOf = (value: JsonValue | undefined): readonly JsonObject[] =>
  isJsonArray(value) ? value.filter(isJsonObject) : [];
