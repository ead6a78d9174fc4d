import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { CallList } from './call-list.ts';
import type { Emit } from './event-log.ts';
import { MessageItem } from './message-item.ts';
import type { ItemPlace, ItemStatus, OutputItem } from './output-item.ts';
import { ReasoningItem } from './reasoning-item.ts';
import type { ResponseIds } from './response-frame.ts';

export interface OutputOptions {
  readonly emit: Emit;
  readonly ids: ResponseIds;
  /** The caller asked for a summary of the reasoning. */
  readonly saysSummary: boolean;
}

/**
 * Makes output items of what a chat message says, piece by piece. Reasoning and messages follow each
 * other; calls stay open to the end, because their pieces may come in turns.
 */
export class OutputComposer {
  readonly #options: OutputOptions;
  readonly #finished: { readonly outputIndex: number; readonly item: JsonObject }[] = [];
  readonly #calls: CallList;
  readonly #reasoningIds = new Set<string>();
  #current: MessageItem | ReasoningItem | undefined;
  #contentLength = 0;
  #count = 0;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.#calls = new CallList({
      open: (kind) => {
        this.#finishCurrent('completed');
        return this.#nextPlace(kind === 'function' ? 'fc' : 'ctc');
      },
      mintId: (position) => options.ids.item('call', position),
    });
  }

  /** A `delta`, or the message of a whole answer. */
  add(piece: JsonObject, logprobs: JsonValue | undefined): void {
    this.#addReasoning(piece);
    this.#addText(textOf(piece['content']), logprobsOf(logprobs));
    for (const annotation of objectsOf(piece['annotations'])) this.#annotate(annotation);
    const refusal = textOf(piece['refusal']);
    if (refusal !== '') this.#message().refuse(refusal);
    objectsOf(piece['tool_calls']).forEach((call, position) => this.#calls.add(call, position));
  }

  /** The answer is over. What was being written when it was cut short is incomplete. */
  finish(status: ItemStatus): readonly JsonObject[] {
    const calls = this.#calls.closable();
    const open = [...(this.#current === undefined ? [] : [this.#current]), ...calls].toSorted(
      (a, b) => a.outputIndex - b.outputIndex,
    );
    this.#current = undefined;
    open.forEach((item, position) => this.#keep(item, position === open.length - 1 ? status : 'completed'));
    return this.#finished.toSorted((a, b) => a.outputIndex - b.outputIndex).map(({ item }) => item);
  }

  /** Details say more than text does, where both come. */
  #addReasoning(piece: JsonObject): void {
    const details = objectsOf(piece['reasoning_details']);
    for (const detail of details) this.#reasoning(detail).add(detail);
    if (details.length > 0) return;
    const text = textOf(piece['reasoning'] ?? piece['reasoning_content']);
    if (text !== '') this.#reasoning({}).say(text);
  }

  #addText(text: string, logprobs: readonly JsonValue[]): void {
    if (text === '') return;
    this.#message().text(text, { start: this.#contentLength, logprobs });
    this.#contentLength += text.length;
  }

  /** Citations of web pages; a response has no place for others. */
  #annotate({ type, url_citation: citation }: JsonObject): void {
    if (type !== 'url_citation' || !isJsonObject(citation)) return;
    this.#message().annotate({ type, ...citation }, this.#contentLength);
  }

  #message(): MessageItem {
    if (this.#current instanceof MessageItem) return this.#current;
    this.#finishCurrent('completed');
    const message = new MessageItem(this.#nextPlace('msg'));
    this.#current = message;
    return message;
  }

  #reasoning(detail: JsonObject): ReasoningItem {
    if (this.#current instanceof ReasoningItem && this.#current.takes(detail)) return this.#current;
    this.#finishCurrent('completed');
    const reasoning = new ReasoningItem(this.#placeOf(detail), this.#options);
    this.#current = reasoning;
    return reasoning;
  }

  /** An item keeps the id that the provider gave it, since its encrypted content is bound to it. */
  #placeOf({ id }: JsonObject): ItemPlace {
    const place = this.#nextPlace('rs');
    if (typeof id !== 'string' || id === '' || this.#reasoningIds.has(id)) return place;
    this.#reasoningIds.add(id);
    return { ...place, id };
  }

  #finishCurrent(status: ItemStatus): void {
    if (this.#current === undefined) return;
    this.#keep(this.#current, status);
    this.#current = undefined;
  }

  #keep(item: OutputItem, status: ItemStatus): void {
    this.#finished.push({ outputIndex: item.outputIndex, item: item.close(status) });
  }

  #nextPlace(kind: Parameters<ResponseIds['item']>[0]): ItemPlace {
    const outputIndex = this.#count;
    this.#count += 1;
    return { emit: this.#options.emit, outputIndex, id: this.#options.ids.item(kind, outputIndex) };
  }
}

const objectsOf = (value: JsonValue | undefined): readonly JsonObject[] =>
  isJsonArray(value) ? value.filter(isJsonObject) : [];

/** Text, or the text of parts. */
const textOf = (value: JsonValue | undefined): string =>
  typeof value === 'string'
    ? value
    : objectsOf(value)
        .map(({ text }) => (typeof text === 'string' ? text : ''))
        .join('');

const logprobsOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  isJsonObject(value) && isJsonArray(value['content']) ? value['content'] : [];
