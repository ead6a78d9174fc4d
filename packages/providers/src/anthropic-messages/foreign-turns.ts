import { isJsonArray, isJsonObject, type JsonBody, type JsonObject, type JsonValue } from '@tollgate/core';
import { isSealedThinking, mayHoldSealedThinking } from '../messages-over-chat/foreign-thinking.ts';

/**
 * Earlier turns that another kind of provider answered hold thinking which Anthropic did not sign, and would refuse.
 * The edit leaves it out; without such turns, which is told by a search of the bytes, there is none.
 */
export function withoutForeignThinking(body: JsonBody): {
  readonly edits: readonly (readonly ['messages', JsonValue])[];
  readonly dropped: readonly string[];
} {
  if (!mayHoldSealedThinking(body.raw)) return { edits: [], dropped: [] };
  const { messages } = body.value;
  if (!isJsonArray(messages) || !messages.some(holdsForeign)) return { edits: [], dropped: [] };
  const kept = messages.map((message) =>
    isJsonObject(message) && isJsonArray(message['content'])
      ? { ...message, content: message['content'].filter((block) => !isForeign(block)) }
      : message,
  );
  const withContent = kept.filter((message, index) => message === messages[index] || !isEmpty(message));
  return { edits: [['messages', withContent]], dropped: ['messages[].content[].thinking'] };
}

const holdsForeign = (message: JsonValue): boolean =>
  isJsonObject(message) && isJsonArray(message['content']) && message['content'].some(isForeign);

const isForeign = (block: JsonValue): boolean =>
  isJsonObject(block) &&
  ((block['type'] === 'thinking' && isSealed(block, 'signature')) ||
    (block['type'] === 'redacted_thinking' && isSealed(block, 'data')));

function isSealed(block: JsonObject, member: 'signature' | 'data'): boolean {
  const text = block[member];
  return typeof text === 'string' && isSealedThinking(text);
}

/** A turn of nothing but such thinking goes as a whole. */
const isEmpty = (message: JsonValue): boolean =>
  isJsonObject(message) && isJsonArray(message['content']) && message['content'].length === 0;
