export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** What JSON.parse made of an object: keys are untrusted, so members are read one by one and never merged. */
export interface JsonObject {
  readonly [member: string]: JsonValue | undefined;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isJsonArray = (value: unknown): value is readonly JsonValue[] => Array.isArray(value);

/** A text as it stands between quotes in JSON. Most are plain, and to look costs less than to ask JSON.stringify. */
export function escaped(text: string): string {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const isPlain = unit >= 0x20 && unit < 0x7f && unit !== 0x22 && unit !== 0x5c;
    if (!isPlain) return JSON.stringify(text).slice(1, -1);
  }
  return text;
}

/** The value of JSON text, or undefined where it is not JSON. */
export function tryParseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
