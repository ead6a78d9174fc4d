import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { openaiFormat } from '../openai-responses/reasoning-format.ts';
import type { ChatDelta } from './chat-delta.ts';

/** A text of a reasoning item: one part of its summary or of its content. */
export interface ReasoningPart {
  readonly itemId: JsonValue | undefined;
  readonly kind: 'summary' | 'text';
  readonly index: JsonValue | undefined;
}

/** Says reasoning as `reasoning_details`, which clients send back, and as the text that they show. */
export class ReasoningReader {
  readonly #indexes = new Map<string, number>();
  #lastKey: string | undefined;

  /** A piece of a part. Parts are paragraphs of the text. */
  part(part: ReasoningPart, piece: string): readonly ChatDelta[] {
    if (piece === '') return [];
    const { itemId, kind } = part;
    const key = keyOf(part);
    const gap = this.#lastKey === undefined || this.#lastKey === key ? '' : '\n\n';
    this.#lastKey = key;
    const said =
      kind === 'summary' ? { type: 'reasoning.summary', summary: piece } : { type: 'reasoning.text', text: piece };
    return [{ delta: { reasoning_content: gap + piece, reasoning_details: [this.#detail(key, itemId, said)] } }];
  }

  /** What a finished item has that was not streamed. */
  item(item: JsonObject): readonly ChatDelta[] {
    const { id: itemId, encrypted_content: encrypted } = item;
    const rest = [
      ...this.#unsaid(item['summary'], { itemId, kind: 'summary' }),
      ...this.#unsaid(item['content'], { itemId, kind: 'text' }),
    ];
    if (typeof encrypted !== 'string' || encrypted === '') return rest;
    const key = JSON.stringify([itemId, 'encrypted']);
    const detail = this.#detail(key, itemId, { type: 'reasoning.encrypted', data: encrypted });
    return [...rest, { delta: { reasoning_details: [detail] } }];
  }

  #unsaid(parts: JsonValue | undefined, of: Omit<ReasoningPart, 'index'>): readonly ChatDelta[] {
    if (!isJsonArray(parts)) return [];
    return parts.flatMap((part, index) => {
      const isNew = !this.#indexes.has(keyOf({ ...of, index }));
      return isNew && isJsonObject(part) && typeof part['text'] === 'string'
        ? this.part({ ...of, index }, part['text'])
        : [];
    });
  }

  #detail(key: string, id: JsonValue | undefined, said: JsonObject): JsonObject {
    const index = this.#indexes.get(key) ?? this.#indexes.size;
    this.#indexes.set(key, index);
    return { ...said, ...(typeof id === 'string' ? { id } : {}), format: openaiFormat, index };
  }
}

const keyOf = ({ itemId, kind, index }: ReasoningPart): string => JSON.stringify([itemId, kind, index]);
