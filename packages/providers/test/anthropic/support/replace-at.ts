import { isJsonArray, isJsonObject, type JsonValue } from '@tollgate/core';

/** The value with another one in the place that the path leads to, as far as it goes. */
export function replaceAt(
  value: JsonValue | undefined,
  path: readonly number[],
  replacement: JsonValue,
): JsonValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return replacement;
  if (isJsonArray(value) && value.length > 0) {
    return value.map((item, index) =>
      index === step % value.length ? (replaceAt(item, rest, replacement) ?? null) : item,
    );
  }
  if (!isJsonObject(value) || Object.keys(value).length === 0) return replacement;
  const names = Object.keys(value);
  const name = names[step % names.length] ?? '';
  return { ...value, [name]: replaceAt(value[name], rest, replacement) };
}
