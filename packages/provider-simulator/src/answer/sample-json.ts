import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';

const maxDepth = 12;

/** A value that satisfies a simple JSON Schema: every property present, each at its least. The same schema gives the same value. */
export const sampleJson = (schema: JsonObject): JsonValue => sample(schema, { root: schema, name: 'value', depth: 0 });

interface Place {
  readonly root: JsonObject;
  readonly name: string;
  readonly depth: number;
}

function sample(schema: JsonValue | undefined, place: Place): JsonValue {
  if (!isJsonObject(schema) || place.depth > maxDepth) return null;
  const deeper = { ...place, depth: place.depth + 1 };
  if (schema['const'] !== undefined) return schema['const'];
  if (isJsonArray(schema['enum'])) return schema['enum'][0] ?? null;
  if (typeof schema['$ref'] === 'string') return sample(resolve(schema['$ref'], place.root), deeper);
  const [choice] = [schema['anyOf'], schema['oneOf']].filter(isJsonArray);
  if (choice !== undefined) return sample(choice[0], deeper);
  if (isJsonArray(schema['allOf'])) return sample(mergeParts(schema, schema['allOf']), deeper);
  return sampleOfType(schema, deeper);
}

function sampleOfType(schema: JsonObject, place: Place): JsonValue {
  switch (typeOf(schema)) {
    case 'object':
      return sampleObject(schema, place);
    case 'array':
      return Array.from({ length: Math.max(1, numberOr(schema['minItems'], 1)) }, () => sample(schema['items'], place));
    case 'integer':
      return Math.ceil(sampleNumber(schema));
    case 'number':
      return sampleNumber(schema);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return sampleString(schema, place.name);
  }
}

function typeOf(schema: JsonObject): JsonValue | undefined {
  const type = isJsonArray(schema['type']) ? schema['type'].find((one) => one !== 'null') : schema['type'];
  return type ?? (isJsonObject(schema['properties']) ? 'object' : undefined);
}

function sampleObject(schema: JsonObject, place: Place): JsonObject {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, sample(property, { ...place, name })]),
  );
}

function sampleNumber(schema: JsonObject): number {
  const least = numberOr(schema['minimum'], numberOr(schema['exclusiveMinimum'], 0) + 1);
  return Math.min(least, numberOr(schema['maximum'], Number.MAX_SAFE_INTEGER));
}

const formats: ReadonlyMap<JsonValue | undefined, string> = new Map([
  ['date', '2026-01-01'],
  ['date-time', '2026-01-01T00:00:00Z'],
  ['time', '00:00:00Z'],
  ['email', 'someone@example.com'],
  ['uuid', '00000000-0000-4000-8000-000000000000'],
  ['uri', 'https://example.com/'],
]);

function sampleString(schema: JsonObject, name: string): string {
  const text = formats.get(schema['format']) ?? `example ${name}`;
  return text
    .padEnd(numberOr(schema['minLength'], 0), '.')
    .slice(0, numberOr(schema['maxLength'], Number.MAX_SAFE_INTEGER));
}

/** Only references within the schema itself, `#/$defs/name`. */
const resolve = (reference: string, root: JsonObject): JsonValue | undefined =>
  reference
    .split('/')
    .slice(1)
    .reduce<JsonValue | undefined>((at, key) => (isJsonObject(at) ? at[key] : undefined), root);

function mergeParts(schema: JsonObject, parts: readonly JsonValue[]): JsonObject {
  const { allOf: _, ...own } = schema;
  const objects = [own, ...parts].filter(isJsonObject);
  const properties = objects.map((part) => part['properties']).filter(isJsonObject);
  return { ...Object.assign({}, ...objects), properties: Object.assign({}, ...properties) };
}

const numberOr = (value: JsonValue | undefined, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;
