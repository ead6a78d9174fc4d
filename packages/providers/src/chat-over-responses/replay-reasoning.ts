import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { presentMembers } from '../base/read-fields.ts';
import { openaiFormat } from '../openai-responses/reasoning-format.ts';

interface Thought {
  readonly id: string | undefined;
  readonly summaries: Map<JsonValue, string>;
  readonly texts: Map<JsonValue, string>;
  data: string;
}

/**
 * Reasoning that an assistant message carries back, as items: `reasoning_details` that OpenAI gave, whole
 * or in the pieces that they were streamed in. What has nothing encrypted, and other providers' reasoning,
 * is left out: nothing can be done with it here.
 */
export function replayReasoning(details: JsonValue | undefined): readonly JsonObject[] {
  if (!isJsonArray(details)) return [];
  const thoughts: Thought[] = [];
  for (const detail of details.filter(isJsonObject)) {
    if (detail['format'] === openaiFormat) addPiece(detail, thoughtOf(detail, thoughts));
  }
  return thoughts.filter(({ data }) => data !== '').map(asItem);
}

/** Pieces of one item share its id; those without one belong to the next that is encrypted. */
function thoughtOf(detail: JsonObject, thoughts: Thought[]): Thought {
  const id = textOf(detail['id']);
  const last = thoughts.at(-1);
  const goesOn = last !== undefined && (id === '' ? last.data === '' : last.id === id);
  if (goesOn) return last;
  const waiting = last !== undefined && last.id === undefined && last.data === '' ? last : undefined;
  const thought: Thought = {
    id: id === '' ? undefined : id,
    summaries: waiting?.summaries ?? new Map(),
    texts: waiting?.texts ?? new Map(),
    data: '',
  };
  if (waiting !== undefined) thoughts.pop();
  thoughts.push(thought);
  return thought;
}

function addPiece(detail: JsonObject, thought: Thought): void {
  const index = detail['index'] ?? 0;
  thought.data += textOf(detail['data']);
  append(thought.summaries, index, textOf(detail['summary']));
  append(thought.texts, index, textOf(detail['text']));
}

function append(to: Map<JsonValue, string>, index: JsonValue, text: string): void {
  if (text !== '') to.set(index, (to.get(index) ?? '') + text);
}

const asItem = ({ id, summaries, texts, data }: Thought): JsonObject =>
  presentMembers({
    type: 'reasoning',
    id,
    summary: [...summaries.values()].map((text) => ({ type: 'summary_text', text })),
    content: texts.size === 0 ? undefined : [...texts.values()].map((text) => ({ type: 'reasoning_text', text })),
    encrypted_content: data,
  });

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
