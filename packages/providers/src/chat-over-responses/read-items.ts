import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import type { ChatDelta } from './chat-delta.ts';
import { CallReader } from './read-calls.ts';
import { ReasoningReader, type ReasoningPart } from './read-reasoning.ts';

/** Follows the items of one response, and says each of their events as deltas of a chat message. */
export class ItemReader {
  readonly #reasoning = new ReasoningReader();
  readonly #calls = new CallReader();
  /** Where in the message's content each part of a text begins. */
  readonly #starts = new Map<string, number>();
  readonly #refusals = new Set<string>();
  readonly #annotated = new Set<string>();
  readonly #finished = new Set<JsonValue | undefined>();
  #contentLength = 0;

  get calls(): number {
    return this.#calls.count;
  }

  read(event: JsonObject): readonly ChatDelta[] {
    const delta = textOf(event['delta']);
    switch (event['type']) {
      case 'response.output_item.added':
        return isJsonObject(event['item']) ? this.#calls.start(event['output_index'], event['item']) : [];
      case 'response.output_text.delta':
        return this.#text(keyOf(event), delta, event['logprobs']);
      case 'response.refusal.delta':
        return this.#refusal(keyOf(event), delta);
      case 'response.output_text.annotation.added':
        return this.#annotation(keyOf(event), event['annotation']);
      case 'response.reasoning_summary_text.delta':
        return this.#reasoning.part(partOf(event, 'summary'), delta);
      case 'response.reasoning_text.delta':
        return this.#reasoning.part(partOf(event, 'text'), delta);
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        return this.#calls.input(event['output_index'], delta);
      case 'response.output_item.done':
        return isJsonObject(event['item']) ? this.item(event['output_index'], event['item']) : [];
      default:
        return [];
    }
  }

  /** A finished item: what of it was not streamed before. */
  item(outputIndex: JsonValue | undefined, item: JsonObject): readonly ChatDelta[] {
    if (this.#finished.has(outputIndex)) return [];
    this.#finished.add(outputIndex);
    switch (item['type']) {
      case 'message':
        return objectsOf(item['content']).flatMap((part, index) =>
          this.#part(JSON.stringify([outputIndex, index]), part),
        );
      case 'reasoning':
        return this.#reasoning.item(item);
      default:
        return this.#calls.finish(outputIndex, item);
    }
  }

  #part(key: string, part: JsonObject): readonly ChatDelta[] {
    if (part['type'] === 'refusal') return this.#refusals.has(key) ? [] : this.#refusal(key, textOf(part['refusal']));
    const isSaid = this.#starts.has(key);
    const annotations = this.#annotated.has(key) ? [] : objectsOf(part['annotations']);
    return [
      ...(isSaid ? [] : this.#text(key, textOf(part['text']), part['logprobs'])),
      ...annotations.flatMap((annotation) => this.#annotation(key, annotation)),
    ];
  }

  #text(key: string, text: string, logprobs: JsonValue | undefined): readonly ChatDelta[] {
    if (text === '') return [];
    if (!this.#starts.has(key)) this.#starts.set(key, this.#contentLength);
    this.#contentLength += text.length;
    const isMeasured = isJsonArray(logprobs) && logprobs.length > 0;
    return [{ delta: { content: text }, ...(isMeasured ? { logprobs: { content: logprobs, refusal: null } } : {}) }];
  }

  #refusal(key: string, refusal: string): readonly ChatDelta[] {
    if (refusal === '') return [];
    this.#refusals.add(key);
    return [{ delta: { refusal } }];
  }

  /** Citations of web pages; a chat message has no place for others. */
  #annotation(key: string, annotation: JsonValue | undefined): readonly ChatDelta[] {
    if (!isJsonObject(annotation) || annotation['type'] !== 'url_citation') return [];
    this.#annotated.add(key);
    const { type, ...citation } = annotation;
    const start = this.#starts.get(key) ?? this.#contentLength;
    const placed = ['start_index', 'end_index'].flatMap((member) => {
      const at = citation[member];
      return typeof at === 'number' ? [[member, at + start] as const] : [];
    });
    return [{ delta: { annotations: [{ type, url_citation: { ...citation, ...Object.fromEntries(placed) } }] } }];
  }
}

const keyOf = ({ output_index: output, content_index: content }: JsonObject): string =>
  JSON.stringify([output, content]);

const partOf = (event: JsonObject, kind: ReasoningPart['kind']): ReasoningPart => ({
  itemId: event['item_id'],
  kind,
  index: event[kind === 'summary' ? 'summary_index' : 'content_index'],
});

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

const objectsOf = (value: JsonValue | undefined): readonly JsonObject[] =>
  isJsonArray(value) ? value.filter(isJsonObject) : [];
