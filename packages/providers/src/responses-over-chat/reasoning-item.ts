import { type JsonObject, type JsonValue } from '@tollgate/core';
import { carryReasoning } from '../openai-responses/carried-reasoning.ts';
import { openaiFormat } from '../openai-responses/reasoning-format.ts';
import { announceItem, finishItem, placeOf, type ItemPlace, type OutputItem } from './output-item.ts';

interface Part {
  readonly kind: 'summary' | 'content';
  readonly index: number;
  /** Pieces with the same key are of one part. */
  readonly key: string;
  text: string;
}

const words = {
  summary: { part: 'response.reasoning_summary_part', text: 'response.reasoning_summary_text', type: 'summary_text' },
  content: { part: 'response.content_part', text: 'response.reasoning_text', type: 'reasoning_text' },
} as const;

/** What the model thought: what may be read of it, and what only the provider that gave it can use. */
export class ReasoningItem implements OutputItem {
  readonly outputIndex: number;
  readonly #place: ItemPlace;
  readonly #saysSummary: boolean;
  readonly #details: JsonObject[] = [];
  readonly #parts: Record<Part['kind'], JsonObject[]> = { summary: [], content: [] };
  #part: Part | undefined;

  /** `saysSummary`: the caller asked for a summary, and looks for all reasoning there. */
  constructor(place: ItemPlace, { saysSummary }: { readonly saysSummary: boolean }) {
    this.outputIndex = place.outputIndex;
    this.#place = place;
    this.#saysSummary = saysSummary;
    announceItem(place, { id: place.id, type: 'reasoning', summary: [] });
  }

  /** Whether a piece of `reasoning_details` goes on with what this item holds. */
  takes(detail: JsonObject): boolean {
    const last = this.#details.at(-1);
    if (last === undefined) return true;
    if (last['format'] !== detail['format']) return false;
    if (detail['format'] !== openaiFormat) return isSame(last['index'], detail['index']);
    const known = this.#details.find(({ id }) => typeof id === 'string')?.['id'];
    if (!isSame(known, detail['id'])) return false;
    // Pieces of a summary have no id at OpenRouter; encrypted reasoning ends its item.
    return typeof detail['id'] === 'string' || this.#details.every(({ data }) => typeof data !== 'string');
  }

  add(detail: JsonObject): void {
    this.#details.push(detail);
    const { type, text, summary, index } = detail;
    const said = type === 'reasoning.summary' ? summary : text;
    if (typeof said === 'string') this.#say(said, type === 'reasoning.summary', JSON.stringify([type, index]));
  }

  /** Reasoning that came as text alone. */
  say(text: string): void {
    this.#say(text, false, 'text');
  }

  close(): JsonObject {
    this.#closePart();
    const { summary, content } = this.#parts;
    const encrypted = this.#encrypted();
    return finishItem(this.#place, {
      id: this.#place.id,
      type: 'reasoning',
      summary,
      ...(content.length === 0 ? {} : { content }),
      ...(encrypted === undefined ? {} : { encrypted_content: encrypted }),
    });
  }

  /** OpenAI's own goes as it came, if its item has the id that it was encrypted for; all else is carried. */
  #encrypted(): string | undefined {
    const merged = mergePieces(this.#details);
    const sealed = merged.filter(({ data, signature }) => isText(data) || isText(signature));
    const [only] = sealed;
    if (only === undefined) return undefined;
    const isOwn = sealed.length === 1 && only['format'] === openaiFormat && only['id'] === this.#place.id;
    return isOwn && isText(only['data']) ? only['data'] : carryReasoning(merged);
  }

  #say(text: string, isSummary: boolean, key: string): void {
    if (text === '') return;
    const part = this.#open(isSummary || this.#saysSummary ? 'summary' : 'content', key);
    part.text += text;
    this.#emit(`${words[part.kind].text}.delta`, part, { delta: text });
  }

  #open(kind: Part['kind'], key: string): Part {
    if (this.#part?.kind === kind && this.#part.key === key) return this.#part;
    this.#closePart();
    const part: Part = { kind, index: this.#parts[kind].length, key, text: '' };
    this.#part = part;
    this.#emit(`${words[kind].part}.added`, part, { part: { type: words[kind].type, text: '' } });
    return part;
  }

  #closePart(): void {
    const part = this.#part;
    if (part === undefined) return;
    this.#part = undefined;
    const { kind, text } = part;
    const json = { type: words[kind].type, text };
    this.#emit(`${words[kind].text}.done`, part, { text });
    this.#emit(`${words[kind].part}.done`, part, { part: json });
    this.#parts[kind].push(json);
  }

  #emit(type: string, { kind, index }: Part, members: JsonObject): void {
    const at = kind === 'summary' ? { summary_index: index } : { content_index: index };
    this.#place.emit(type, { ...placeOf(this.#place), ...at, ...members });
  }
}

const isText = (value: JsonValue | undefined): value is string => typeof value === 'string' && value !== '';

/** Absent says nothing. */
const isSame = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  a === undefined || a === null || b === undefined || b === null || a === b;

const growing = ['text', 'summary', 'signature', 'data'] as const;

/** Streamed pieces of one kind and index are one detail. */
function mergePieces(details: readonly JsonObject[]): readonly JsonObject[] {
  const merged = new Map<string, JsonObject>();
  for (const detail of details) {
    const key = JSON.stringify([detail['type'], detail['index']]);
    const known = merged.get(key);
    const grown = growing.flatMap((member) => {
      const texts = [known?.[member], detail[member]].filter(isText);
      return texts.length === 0 ? [] : [[member, texts.join('')] as const];
    });
    merged.set(key, { ...known, ...withoutNulls(detail), ...Object.fromEntries(grown) });
  }
  return [...merged.values()];
}

const withoutNulls = (detail: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(detail).filter(([, value]) => value !== null && value !== undefined));
