import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import type { ModelCapabilities } from './model-capabilities.ts';
import { invalidField, readObject, readOptionalObject, unsupportedField } from '../base/read-fields.ts';
import type { MessagesRequest } from './wire.ts';

type OutputFormat = NonNullable<NonNullable<MessagesRequest['output_config']>['format']>;

export interface ResponseFormat {
  readonly format: OutputFormat | undefined;
  /** What the model is told where the format cannot be enforced. */
  readonly instruction: string | undefined;
}

/** `response_format`. Throws GatewayError where the model cannot be held to a schema. */
export function translateResponseFormat(body: JsonObject, capabilities: ModelCapabilities): ResponseFormat {
  const wanted = readOptionalObject(body['response_format'], 'response_format');
  switch (wanted?.['type']) {
    case undefined:
    case 'text':
      if (wanted !== undefined && wanted['type'] === undefined)
        throw invalidField('response_format.type', 'is missing.');
      return { format: undefined, instruction: undefined };
    case 'json_object':
      return {
        format: undefined,
        instruction: 'Answer with one JSON object and nothing else: no prose, no code fence.',
      };
    case 'json_schema':
      return { format: readSchema(wanted, capabilities), instruction: undefined };
    default:
      throw invalidField('response_format.type', 'has to be text, json_object or json_schema.');
  }
}

function readSchema(wanted: JsonObject, capabilities: ModelCapabilities): OutputFormat {
  const param = 'response_format.json_schema';
  if (!capabilities.structuredOutput) {
    throw unsupportedField('response_format.type', 'cannot be json_schema for this model: use Claude 4.5 or later.');
  }
  const schema = readObject(readObject(wanted['json_schema'], param)['schema'], `${param}.schema`);
  return { type: 'json_schema', schema: closeObjects(schema) };
}

const membersOfSchemas = ['properties', '$defs', 'definitions'];
const membersWithSchemas = ['items', 'not', 'anyOf', 'allOf', 'oneOf', 'prefixItems'];

/** Anthropic takes only schemas whose every object says that it has no other members. */
function closeObjects(schema: JsonObject): JsonObject {
  const closed = Object.entries(schema).map(([member, value]): [string, JsonValue | undefined] => {
    if (membersOfSchemas.includes(member) && isJsonObject(value)) return [member, mapValues(value)];
    return [member, membersWithSchemas.includes(member) ? closeAny(value) : value];
  });
  const isOpen = describesObject(schema) && schema['additionalProperties'] === undefined;
  return Object.fromEntries(isOpen ? [...closed, ['additionalProperties', false]] : closed);
}

const describesObject = ({ type, properties }: JsonObject): boolean =>
  type === 'object' ||
  (isJsonArray(type) && type.includes('object')) ||
  (type === undefined && isJsonObject(properties));

const mapValues = (schemas: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schemas).map(([name, value]) => [name, closeAny(value)]));

function closeAny(value: JsonValue | undefined): JsonValue | undefined {
  if (isJsonArray(value)) return value.map((item) => closeAny(item) ?? null);
  return isJsonObject(value) ? closeObjects(value) : value;
}
