import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { invalid } from './call-fields.ts';

/** Each is looked up. An agent's long turn has some dozens. */
const mostItems = 1000;

/** Items that say all that they mean: nobody looks their id up. */
const selfContained: ReadonlySet<unknown> = new Set([
  'message',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
]);

/**
 * Ids of the input's items that the provider is asked to look up: references, which need not say that they are some, and
 * items whose meaning is not in them (reasoning that is not sent along, results of the provider's own tools).
 */
export function keptItemIds(input: JsonValue | undefined): readonly string[] {
  if (!isJsonArray(input)) return [];
  const ids = new Set<string>();
  for (const item of input) if (isJsonObject(item) && isLookedUp(item)) ids.add(textOf(item['id']));
  if (ids.size <= mostItems) return [...ids];
  throw invalid('input', `refers to more than ${mostItems} kept items: send their content instead`);
}

/** Whether any item is nothing but a reference. */
export const hasReferences = (input: JsonValue | undefined): boolean =>
  isJsonArray(input) && input.some((item) => isJsonObject(item) && isLookedUp(item) && isReference(item));

/** A reference need not say that it is one. */
const isReference = ({ type }: JsonObject): boolean => type === 'item_reference' || type === undefined || type === null;

const textOf = (id: JsonValue | undefined): string => (typeof id === 'string' ? id : JSON.stringify(id ?? null));

function isLookedUp({ type, id, encrypted_content: encrypted }: JsonObject): boolean {
  if (type === 'item_reference') return true;
  if (id === undefined || id === null || selfContained.has(type)) return false;
  return type !== 'reasoning' || typeof encrypted !== 'string' || encrypted === '';
}
