import { type JsonObject, type JsonValue } from '@tollgate/core';
import {
  invalidField,
  isPresent,
  presentMembers,
  readObject,
  readOptionalArray,
  readOptionalInteger,
  readOptionalObject,
  readOptionalString,
  readString,
} from '../base/read-fields.ts';

export interface ChatSettings {
  readonly fields: JsonObject;
  readonly dropped: readonly string[];
}

/** Fields that both protocols have, under one name and with one meaning. */
const sameFields = [
  'temperature',
  'top_p',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'service_tier',
];

/** How the model is to answer, beside conversation and tools. Throws GatewayError. */
export function translateSettings(body: JsonObject): ChatSettings {
  const text = readOptionalObject(body['text'], 'text') ?? {};
  const reasoning = readOptionalObject(body['reasoning'], 'reasoning') ?? {};
  const fields = presentMembers({
    ...Object.fromEntries(sameFields.map((name) => [name, body[name]])),
    max_completion_tokens: readOptionalInteger(body['max_output_tokens'], 'max_output_tokens', 1),
    reasoning_effort: readOptionalString(reasoning['effort'], 'reasoning.effort'),
    verbosity: readOptionalString(text['verbosity'], 'text.verbosity'),
    response_format: translateFormat(text['format']),
    ...logprobFields(body),
  });
  return { fields, dropped: [...uncarried(reasoning, 'reasoning'), ...uncarriedIncludes(body)] };
}

function translateFormat(value: JsonValue | undefined): JsonObject | undefined {
  if (!isPresent(value)) return undefined;
  const { type, ...schema } = readObject(value, 'text.format');
  switch (type) {
    case 'text':
      return undefined;
    case 'json_object':
      return { type };
    case 'json_schema':
      readString(schema['name'], 'text.format.name');
      readObject(schema['schema'], 'text.format.schema');
      return { type, json_schema: presentMembers(schema) };
    default:
      throw invalidField('text.format.type', 'has to be text, json_object or json_schema.');
  }
}

const logprobInclude = 'message.output_text.logprobs';

function logprobFields(body: JsonObject): JsonObject {
  const top = readOptionalInteger(body['top_logprobs'], 'top_logprobs', 0) ?? 0;
  const isIncluded = readOptionalArray(body['include'], 'include').includes(logprobInclude);
  if (top === 0) return isIncluded ? { logprobs: true } : {};
  return { logprobs: true, top_logprobs: top };
}

/** `summary` decides how the answer says reasoning, so it is not lost. */
const readMembers: ReadonlySet<string> = new Set(['effort', 'summary', 'generate_summary']);

const uncarried = (settings: JsonObject, param: string): readonly string[] =>
  Object.keys(settings)
    .filter((name) => !readMembers.has(name) && isPresent(settings[name]))
    .map((name) => `${param}.${name}`);

/** What is asked of tools that a provider runs cannot come up; encrypted reasoning is always given. */
const vainIncludes = /^(?:reasoning\.encrypted_content$|(?:file_search|web_search|computer|code_interpreter)_call)/;

const uncarriedIncludes = (body: JsonObject): readonly string[] =>
  readOptionalArray(body['include'], 'include').some(
    (include) => include !== logprobInclude && !(typeof include === 'string' && vainIncludes.test(include)),
  )
    ? ['include']
    : [];
