export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** What JSON.parse made of an object: keys are untrusted, so members are read one by one and never merged. */
export interface JsonObject {
  readonly [member: string]: JsonValue | undefined;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isJsonArray = (value: unknown): value is readonly JsonValue[] => Array.isArray(value);

/** The value of JSON text, or undefined where it is not JSON. */
export function tryParseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
