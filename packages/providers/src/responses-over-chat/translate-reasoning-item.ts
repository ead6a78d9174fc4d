import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { isPresent, presentMembers, readOptionalString } from '../base/read-fields.ts';
import { isCarried, readCarried } from '../openai-responses/carried-reasoning.ts';
import { openaiFormat } from '../openai-responses/reasoning-format.ts';

/** Reasoning of an earlier turn, as an assistant's chat message carries it back. */
export interface ReplayedReasoning {
  readonly details: readonly JsonObject[];
  /** Where there is nothing but text: servers that want it back want it as it was said. */
  readonly text: string;
}

/** `index` is that of the first detail within its message. */
export function translateReasoningItem(
  item: JsonObject,
  { param, index }: { readonly param: string; readonly index: number },
): ReplayedReasoning {
  const encrypted = readOptionalString(item['encrypted_content'], `${param}.encrypted_content`) ?? '';
  if (isCarried(encrypted)) return { details: readCarried(encrypted), text: '' };
  const summaries = textsOf(item['summary']);
  if (encrypted === '') return { details: [], text: [...textsOf(item['content']), ...summaries].join('\n\n') };
  const id = readOptionalString(item['id'], `${param}.id`);
  const pieces: readonly JsonObject[] = [
    ...summaries.map((summary) => ({ type: 'reasoning.summary', summary })),
    ...textsOf(item['content']).map((text) => ({ type: 'reasoning.text', text })),
    { type: 'reasoning.encrypted', data: encrypted },
  ];
  const details = pieces.map((piece, at) => presentMembers({ ...piece, id, format: openaiFormat, index: index + at }));
  return { details, text: '' };
}

const textsOf = (parts: JsonValue | undefined): readonly string[] =>
  isPresent(parts) && isJsonArray(parts)
    ? parts.flatMap((part) => (isJsonObject(part) && typeof part['text'] === 'string' ? [part['text']] : []))
    : [];
