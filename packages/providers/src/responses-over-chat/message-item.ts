import type { JsonObject, JsonValue } from '@tollgate/core';
import { announceItem, finishItem, placeOf, type ItemPlace, type ItemStatus, type OutputItem } from './output-item.ts';

interface Part {
  readonly kind: 'output_text' | 'refusal';
  readonly index: number;
  /** Where in the chat message's content the part begins. */
  readonly start: number;
  readonly annotations: JsonObject[];
  readonly logprobs: JsonValue[];
  text: string;
}

/** What the model says to the user: text and refusals, one part at a time. */
export class MessageItem implements OutputItem {
  readonly outputIndex: number;
  readonly #place: ItemPlace;
  readonly #content: JsonObject[] = [];
  #part: Part | undefined;

  constructor(place: ItemPlace) {
    this.outputIndex = place.outputIndex;
    this.#place = place;
    announceItem(place, this.#json('in_progress'));
  }

  /** `start` is where the text begins in the chat message's content. */
  text(delta: string, { start, logprobs }: { readonly start: number; readonly logprobs: readonly JsonValue[] }): void {
    const part = this.#open('output_text', start);
    part.text += delta;
    part.logprobs.push(...logprobs);
    this.#emit('response.output_text.delta', part, { delta, logprobs });
  }

  refuse(delta: string): void {
    const part = this.#open('refusal', 0);
    part.text += delta;
    this.#emit('response.refusal.delta', part, { delta });
  }

  /** A citation, its places counted in the chat message's content. */
  annotate(citation: JsonObject, start: number): void {
    const part = this.#open('output_text', start);
    const annotation = {
      ...citation,
      ...shifted(citation, 'start_index', part.start),
      ...shifted(citation, 'end_index', part.start),
    };
    this.#emit('response.output_text.annotation.added', part, {
      annotation_index: part.annotations.length,
      annotation,
    });
    part.annotations.push(annotation);
  }

  close(status: ItemStatus): JsonObject {
    this.#closePart();
    return finishItem(this.#place, this.#json(status));
  }

  #json(status: string): JsonObject {
    return { id: this.#place.id, type: 'message', status, role: 'assistant', content: [...this.#content] };
  }

  #open(kind: Part['kind'], start: number): Part {
    if (this.#part?.kind === kind) return this.#part;
    this.#closePart();
    const part: Part = { kind, index: this.#content.length, start, annotations: [], logprobs: [], text: '' };
    this.#part = part;
    this.#emit('response.content_part.added', part, { part: partJson(part) });
    return part;
  }

  #closePart(): void {
    const part = this.#part;
    if (part === undefined) return;
    this.#part = undefined;
    const { text, logprobs } = part;
    if (part.kind === 'refusal') this.#emit('response.refusal.done', part, { refusal: text });
    else this.#emit('response.output_text.done', part, { text, logprobs });
    this.#emit('response.content_part.done', part, { part: partJson(part) });
    this.#content.push(partJson(part));
  }

  #emit(type: string, { index }: Part, members: JsonObject): void {
    this.#place.emit(type, { ...placeOf(this.#place), content_index: index, ...members });
  }
}

const partJson = ({ kind, text, annotations, logprobs }: Part): JsonObject =>
  kind === 'refusal'
    ? { type: kind, refusal: text }
    : { type: kind, text, annotations: [...annotations], logprobs: [...logprobs] };

function shifted(citation: JsonObject, member: string, by: number): JsonObject {
  const at = citation[member];
  return typeof at === 'number' ? { [member]: Math.max(0, at - by) } : {};
}
