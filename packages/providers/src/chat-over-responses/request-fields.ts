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
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'verbosity',
  'reasoning_effort',
  'reasoning',
  'logprobs',
  'top_logprobs',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'service_tier',
  'metadata',
  'moderation',
]);

const useResponsesModel = 'this model serves tools with reasoning by the Responses API alone, which has no such field';

/** Fields without which the answer is not the one that was asked for, and what to do instead. */
const refused: ReadonlyMap<string, string> = new Map([
  ['n', `has to be 1 (${useResponsesModel}): send the request once for each answer.`],
  ['stop', `cannot be used: ${useResponsesModel}. Leave it out.`],
  ['logit_bias', `cannot be used: ${useResponsesModel}. Leave it out.`],
  ['modalities', 'has to be ["text"]: this model answers with text alone.'],
  ['audio', 'has no counterpart: this model answers with text alone.'],
  ['web_search_options', `cannot be used: ${useResponsesModel}. Leave it out.`],
  ['functions', 'is no longer served: use `tools`.'],
  ['function_call', 'is no longer served: use `tool_choice`.'],
]);

const isEmpty = (value: JsonValue): boolean =>
  isJsonArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;

/** Values that ask for nothing, so that nothing is lost without them. */
const neutralValues: ReadonlyMap<string, (value: JsonValue) => boolean> = new Map([
  ['n', (value) => value === 1],
  ['stop', isEmpty],
  ['logit_bias', isEmpty],
  ['modalities', (value) => isJsonArray(value) && value.every((modality) => modality === 'text')],
  ['frequency_penalty', (value) => value === 0],
  ['presence_penalty', (value) => value === 0],
  ['store', (value) => value === false],
]);

/** What is asked of a request here, beside what the model can be told: the field, or what to do without it. */
export const refusalOf = (name: string, value: JsonValue | undefined): string | undefined =>
  isPresent(value) && neutralValues.get(name)?.(value) !== true ? refused.get(name) : undefined;

/** Whether a request holds a field that cannot be said in the Responses API. */
export const hasRefused = (body: JsonObject): boolean =>
  [...refused.keys()].some((name) => refusalOf(name, body[name]) !== undefined);

/**
 * Names of fields that are left out because the answer is as useful without them: hints of sampling and
 * caching, bookkeeping, and whatever is not known here. Throws GatewayError `unsupported_field` for the others.
 */
export function dropUncarried(body: JsonObject): readonly string[] {
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (carried.has(name) || !isPresent(value) || neutralValues.get(name)?.(value)) continue;
    const advice = refused.get(name);
    if (advice !== undefined) throw unsupportedField(name, advice);
    dropped.push(name);
  }
  return dropped;
}
