import type { JsonObject } from '@tollgate/core';
import type { ChatDelta } from './read-candidate.ts';

/** The message that a client would make of these deltas. */
export function foldDeltas(deltas: readonly ChatDelta[]): JsonObject {
  const calls = deltas.flatMap((delta) => delta.tool_calls ?? []).map(({ index: _place, ...call }) => call);
  const details = foldDetails(deltas.flatMap((delta) => delta.reasoning_details ?? []));
  const images = deltas.flatMap((delta) => delta.images ?? []);
  const content = deltas.map((delta) => delta.content ?? '').join('');
  const reasoning = deltas.map((delta) => delta.reasoning_content ?? '').join('');
  return {
    role: 'assistant',
    // Null stands where there are calls in its place; an answer of nothing is an empty text.
    content: content === '' && calls.length > 0 ? null : content,
    refusal: null,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(images.length === 0 ? {} : { images }),
  };
}

/** A thought may be several parts. */
function foldDetails(details: readonly JsonObject[]): readonly JsonObject[] {
  const folded = new Map<JsonObject[string], JsonObject>();
  for (const detail of details) {
    const known = folded.get(detail['index']);
    const text = [known?.['text'], detail['text']].filter((piece) => typeof piece === 'string').join('');
    folded.set(detail['index'], { ...known, ...detail, ...(text === '' ? {} : { text }) });
  }
  return [...folded.values()];
}
