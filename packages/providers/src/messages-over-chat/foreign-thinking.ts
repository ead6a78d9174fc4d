import { isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';

/**
 * Reasoning of other makes has members that Anthropic's blocks have no place for (its format, an id) and
 * no signature of Anthropic's. They travel in the block's `signature` or `data` under this mark, so that a
 * client sends them back and Anthropic is never shown them.
 */
const mark = 'tg1.';

export const sealThinking = (members: JsonObject): string =>
  mark + Buffer.from(JSON.stringify(members)).toString('base64url');

export const isSealedThinking = (text: string): boolean => text.startsWith(mark);

/** Cheap: whether such a text may stand anywhere in a body. */
export const mayHoldSealedThinking = (raw: Buffer): boolean => raw.includes(`"${mark}`);

/** What was sealed, or undefined for what Anthropic itself signed or encrypted. */
export function openThinking(text: string): JsonObject | undefined {
  if (!isSealedThinking(text)) return undefined;
  const members = tryParseJson(Buffer.from(text.slice(mark.length), 'base64url').toString('utf8'));
  return isJsonObject(members) ? members : {};
}
