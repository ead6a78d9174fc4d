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
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'reasoning',
  'user',
  'safety_identifier',
  'service_tier',
  'cache_control',
]);

/** Fields without which the answer is not the one that was asked for, and what to do instead. */
const refused: ReadonlyMap<string, string> = new Map([
  ['n', 'has to be 1: send the request once for each answer.'],
  ['logprobs', 'has no counterpart: leave it out.'],
  ['top_logprobs', 'has no counterpart: leave it out.'],
  ['logit_bias', 'has no counterpart: leave it out.'],
  ['modalities', 'has to be ["text"]: this model answers with text alone.'],
  ['audio', 'has no counterpart: this model answers with text alone.'],
  ['web_search_options', 'has no counterpart: leave it out.'],
  ['functions', 'is no longer served: use `tools`.'],
  ['function_call', 'is no longer served: use `tool_choice`.'],
]);

/** Values that ask for nothing, so that nothing is lost without them. */
const neutralValues: ReadonlyMap<string, (value: JsonValue) => boolean> = new Map([
  ['n', (value) => value === 1],
  ['logprobs', (value) => value === false],
  ['logit_bias', (value) => isJsonObject(value) && Object.keys(value).length === 0],
  ['modalities', (value) => isJsonArray(value) && value.every((modality) => modality === 'text')],
  ['frequency_penalty', (value) => value === 0],
  ['presence_penalty', (value) => value === 0],
  ['store', (value) => value === false],
]);

/**
 * Names of fields that are left out because the answer is as useful without them: hints of sampling
 * and caching, bookkeeping, and whatever is not known here. Throws GatewayError `unsupported_field` for the others.
 */
export function dropUncarried(body: JsonObject): readonly string[] {
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (carried.has(name) || !isPresent(value) || neutralValues.get(name)?.(value)) continue;
    const advice = refused.get(name);
    if (advice !== undefined) throw unsupportedField(name, advice);
    dropped.push(name);
  }
  return [...dropped, ...dropUncarriedOfMessages(body['messages'])];
}

function dropUncarriedOfMessages(messages: JsonValue | undefined): readonly string[] {
  const all = isJsonArray(messages) ? messages.filter(isJsonObject) : [];
  const isNamed = all.some((message) => isPresent(message['name']));
  const isDetailed = all.some(
    ({ content }) => isJsonArray(content) && content.some((part) => isJsonObject(part) && hasDetail(part['image_url'])),
  );
  return [...(isNamed ? ['messages[].name'] : []), ...(isDetailed ? ['messages[].content[].image_url.detail'] : [])];
}

const hasDetail = (image: JsonValue | undefined): boolean =>
  isJsonObject(image) && isPresent(image['detail']) && image['detail'] !== 'auto';
