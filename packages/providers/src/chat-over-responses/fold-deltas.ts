import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import type { ChatDelta } from './chat-delta.ts';

export interface FoldedChoice {
  readonly message: JsonObject;
  readonly logprobs: JsonValue;
}

/** The message that these deltas make where every item came whole. */
export function foldDeltas(deltas: readonly ChatDelta[]): FoldedChoice {
  const all = deltas.map(({ delta }) => delta);
  const calls = foldCalls(listOf(all, 'tool_calls'));
  const [content, refusal, reasoning] = [
    textOf(all, 'content'),
    textOf(all, 'refusal'),
    textOf(all, 'reasoning_content'),
  ];
  const details = listOf(all, 'reasoning_details');
  const annotations = listOf(all, 'annotations');
  const logprobs = deltas.flatMap((delta) => {
    const measured = isJsonObject(delta.logprobs) ? delta.logprobs['content'] : undefined;
    return isJsonArray(measured) ? measured : [];
  });
  return {
    message: {
      role: 'assistant',
      // Null stands where there are calls or a refusal in its place; an answer of nothing is an empty text.
      content: content === '' && (calls.length > 0 || refusal !== '') ? null : content,
      refusal: refusal === '' ? null : refusal,
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
      ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
      ...(details.length === 0 ? {} : { reasoning_details: details }),
      ...(annotations.length === 0 ? {} : { annotations }),
    },
    logprobs: logprobs.length === 0 ? null : { content: logprobs, refusal: null },
  };
}

/** The first piece of a call has its name, the second all of its input. */
function foldCalls(pieces: readonly JsonObject[]): readonly JsonObject[] {
  const calls = new Map<JsonValue | undefined, JsonObject>();
  for (const { index, ...piece } of pieces) {
    const known = calls.get(index) ?? {};
    const member = isJsonObject(piece['custom']) ? 'custom' : 'function';
    calls.set(index, { ...known, ...piece, [member]: { ...membersOf(known[member]), ...membersOf(piece[member]) } });
  }
  return [...calls.values()];
}

const none: JsonObject = {};
const membersOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : none);

const textOf = (deltas: readonly JsonObject[], member: string): string =>
  deltas.map((delta) => (typeof delta[member] === 'string' ? delta[member] : '')).join('');

const listOf = (deltas: readonly JsonObject[], member: string): readonly JsonObject[] =>
  deltas.flatMap((delta) => (isJsonArray(delta[member]) ? delta[member].filter(isJsonObject) : []));
