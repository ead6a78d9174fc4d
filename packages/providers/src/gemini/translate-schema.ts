import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { unsupportedField } from '../base/read-fields.ts';

/** What Gemini takes of JSON Schema (https://ai.google.dev/api/generate-content, `responseJsonSchema`). */
const known: ReadonlySet<string> = new Set([
  '$id',
  '$defs',
  '$ref',
  '$anchor',
  'type',
  'format',
  'title',
  'description',
  'enum',
  'items',
  'prefixItems',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'anyOf',
  'oneOf',
  'properties',
  'additionalProperties',
  'required',
  'propertyOrdering',
]);

/** They constrain nothing. */
const silent: ReadonlySet<string> = new Set(['$schema', '$comment']);

/** Without them, what is allowed is another set of values altogether. */
const shaping: ReadonlySet<string> = new Set([
  'allOf',
  'not',
  'if',
  'then',
  'else',
  'patternProperties',
  'dependentSchemas',
]);

export interface SchemaContext {
  /** The field that holds the schema. */
  readonly param: string;
  /** Whether an answer is promised to fit: then what changes the meaning is refused, not left out. */
  readonly isPromise: boolean;
  /** Receives the keywords that were left out, each behind the field's name. */
  readonly dropped: Set<string>;
}

/** A JSON schema with the keywords that Gemini takes. Throws GatewayError `unsupported_field`. */
export function translateSchema(schema: JsonObject, context: SchemaContext): JsonObject {
  const { allOf, ...rest } = schema;
  // Generators write a reference that has siblings as the only one of `allOf`.
  const only = isJsonArray(allOf) && allOf.length === 1 ? allOf[0] : undefined;
  const said = isJsonObject(only) ? { ...only, ...rest } : schema;
  return Object.fromEntries(Object.entries(said).flatMap((entry) => translateKeyword(entry, context)));
}

function translateKeyword(
  [keyword, value]: readonly [string, JsonValue | undefined],
  context: SchemaContext,
): readonly (readonly [string, JsonValue | undefined])[] {
  switch (keyword) {
    case 'const':
      return [['enum', [value ?? null]]];
    case 'definitions':
    case '$defs':
      return [['$defs', translateEach(value, context)]];
    case '$ref':
      return [[keyword, typeof value === 'string' ? value.replace('#/definitions/', '#/$defs/') : value]];
    case 'properties':
      return [[keyword, translateEach(value, context)]];
    case 'items':
    case 'prefixItems':
    case 'anyOf':
    case 'oneOf':
    case 'additionalProperties':
      return [[keyword, translateAny(value, context)]];
    default:
      if (known.has(keyword)) return [[keyword, value]];
      if (!silent.has(keyword)) leaveOut(keyword, context);
      return [];
  }
}

function leaveOut(keyword: string, { param, isPromise, dropped }: SchemaContext): void {
  if (isPromise && shaping.has(keyword)) {
    throw unsupportedField(param, `has \`${keyword}\`, which this model cannot be held to: say it without.`);
  }
  dropped.add(`${param}.${keyword}`);
}

const translateEach = (schemas: JsonValue | undefined, context: SchemaContext): JsonValue | undefined =>
  isJsonObject(schemas)
    ? Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, translateAny(one, context)]))
    : schemas;

function translateAny(value: JsonValue | undefined, context: SchemaContext): JsonValue | undefined {
  if (isJsonArray(value)) return value.map((one) => translateAny(one, context) ?? null);
  return isJsonObject(value) ? translateSchema(value, context) : value;
}
