import type { JsonObject } from '@tollgate/core';
import type { ChatDelta } from './chat-delta.ts';
import type { ReasoningDetail } from './reasoning-details.ts';

interface ToolCall {
  readonly id: string;
  readonly name: string;
  arguments: string;
}

/** The message that a client would make of these deltas. */
export function foldDeltas(deltas: readonly ChatDelta[]): JsonObject {
  const calls = foldToolCalls(deltas);
  const details = foldDetails(deltas.flatMap((delta) => delta.reasoning_details ?? []));
  const annotations = deltas.flatMap((delta) => delta.annotations ?? []);
  const citations = deltas.flatMap((delta) => delta.citations ?? []);
  const content = deltas.map((delta) => delta.content ?? '').join('');
  const reasoning = deltas.map((delta) => delta.reasoning_content ?? '').join('');
  return {
    role: 'assistant',
    // Null stands where there are calls in its place; an answer of nothing is an empty text.
    content: content === '' && calls.length > 0 ? null : content,
    refusal: deltas.find((delta) => delta.refusal !== undefined)?.refusal ?? null,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(annotations.length === 0 ? {} : { annotations }),
    ...(citations.length === 0 ? {} : { citations }),
  };
}

function foldToolCalls(deltas: readonly ChatDelta[]): readonly JsonObject[] {
  const calls = new Map<number, ToolCall>();
  for (const { index, id, function: piece } of deltas.flatMap((delta) => delta.tool_calls ?? [])) {
    const known = calls.get(index);
    if (known === undefined) calls.set(index, { id: id ?? '', name: piece.name ?? '', arguments: piece.arguments });
    else known.arguments += piece.arguments;
  }
  return [...calls.values()].map(({ id, name, arguments: text }) => ({
    id,
    type: 'function',
    function: { name, arguments: text },
  }));
}

function foldDetails(details: readonly ReasoningDetail[]): readonly ReasoningDetail[] {
  const folded = new Map<number, ReasoningDetail>();
  for (const detail of details) folded.set(detail.index, { ...folded.get(detail.index), ...detail });
  return [...folded.values()];
}
