import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { malformedAnswer } from '../base/answer-errors.ts';
import { textOf, type ChatDelta } from './chat-delta.ts';
import { mapCitation } from './map-citation.ts';
import type { MessageFacts } from './message-facts.ts';
import { encryptedDetail, textDetail } from './reasoning-details.ts';
import type { NameRestorer } from './wire-names.ts';

type OpenBlock =
  | { readonly kind: 'text'; readonly start: number; mark: { readonly text_index?: number } }
  | { readonly kind: 'thinking'; readonly ordinal: number }
  | { readonly kind: 'tool'; readonly ordinal: number; readonly input: string; hasArguments: boolean }
  | { readonly kind: 'other' };

export interface BlockReaderOptions {
  readonly facts: MessageFacts;
  readonly restoreName: NameRestorer;
}

/** Follows the blocks of one streamed message, and says each of their events as deltas of a chat chunk. */
export class BlockReader {
  readonly #facts: MessageFacts;
  readonly #restoreName: NameRestorer;
  readonly #open = new Map<JsonValue | undefined, OpenBlock>();
  #toolCalls = 0;
  #thoughts = 0;
  #contentLength = 0;
  #texts = 0;
  /** The block before this one is a text as well, so that only a mark tells where this one begins. */
  #isAfterText = false;

  constructor({ facts, restoreName }: BlockReaderOptions) {
    this.#facts = facts;
    this.#restoreName = restoreName;
  }

  get toolCalls(): number {
    return this.#toolCalls;
  }

  /** content_block_start */
  start(event: JsonObject): readonly ChatDelta[] {
    const block = readObject(event['content_block'], 'content_block');
    const index = event['index'];
    if (block['type'] === 'text') return this.#startText(index, block);
    this.#isAfterText = false;
    switch (block['type']) {
      case 'tool_use':
        return this.#startTool(index, block);
      case 'thinking':
        return this.#startThinking(index, block);
      case 'redacted_thinking':
        return this.#redacted(index, textOf(block['data']));
      default:
        this.#open.set(index, { kind: 'other' });
        return [];
    }
  }

  /** content_block_delta */
  delta(event: JsonObject): readonly ChatDelta[] {
    const delta = readObject(event['delta'], 'delta');
    const block = this.#open.get(event['index']);
    if (block === undefined) throw malformedAnswer('a delta came for a block that is not open');
    switch (delta['type']) {
      case 'text_delta':
        return block.kind === 'text' ? this.#text(block, textOf(delta['text'])) : [];
      case 'input_json_delta':
        return block.kind === 'tool' ? this.#arguments(block, textOf(delta['partial_json'])) : [];
      case 'thinking_delta':
        return block.kind === 'thinking' ? this.#thinking(block.ordinal, textOf(delta['thinking'])) : [];
      case 'signature_delta':
        return block.kind === 'thinking' ? this.#signature(block.ordinal, textOf(delta['signature'])) : [];
      case 'citations_delta':
        return block.kind === 'text' ? this.#citation(block, delta['citation']) : [];
      default:
        return [];
    }
  }

  /** content_block_stop. A call without arguments arrives as nothing, or as the empty text: it means `{}`. */
  stop(event: JsonObject): readonly ChatDelta[] {
    const block = this.#open.get(event['index']);
    this.#open.delete(event['index']);
    return block?.kind === 'tool' && !block.hasArguments ? this.#arguments(block, block.input) : [];
  }

  /** The message ended; what a careless server left open is closed. */
  stopAll(): readonly ChatDelta[] {
    return [...this.#open.keys()].flatMap((index) => this.stop({ index }));
  }

  /** Text and citations stand in the start only where the block comes whole. */
  #startText(index: JsonValue | undefined, block: JsonObject): readonly ChatDelta[] {
    const start = this.#contentLength;
    const mark = this.#isAfterText ? { text_index: this.#texts } : {};
    this.#texts += 1;
    this.#isAfterText = true;
    const open: OpenBlock & { kind: 'text' } = { kind: 'text', start, mark };
    this.#open.set(index, open);
    const citations = isJsonArray(block['citations']) ? block['citations'] : [];
    return [
      ...this.#text(open, textOf(block['text'])),
      ...citations.flatMap((citation) => this.#citation(open, citation)),
    ];
  }

  #text(block: OpenBlock & { kind: 'text' }, text: string): readonly ChatDelta[] {
    if (text === '') return [];
    this.#facts.countContent(text);
    this.#contentLength += text.length;
    return [{ content: text, ...takeMark(block) }];
  }

  /** Its place among the calls counts, not its place among the blocks. */
  #startTool(index: JsonValue | undefined, block: JsonObject): readonly ChatDelta[] {
    const ordinal = this.#toolCalls;
    this.#toolCalls += 1;
    const input = JSON.stringify(isJsonObject(block['input']) ? block['input'] : {});
    this.#open.set(index, { kind: 'tool', ordinal, input, hasArguments: false });
    this.#facts.contentSeen = true;
    const name = this.#restoreName(textOf(block['name']));
    const id = textOf(block['id']);
    return [{ tool_calls: [{ index: ordinal, id, type: 'function', function: { name, arguments: '' } }] }];
  }

  #arguments(block: OpenBlock & { kind: 'tool' }, text: string): readonly ChatDelta[] {
    if (text === '') return [];
    block.hasArguments = true;
    this.#facts.countContent(text);
    return [{ tool_calls: [{ index: block.ordinal, function: { arguments: text } }] }];
  }

  #startThinking(index: JsonValue | undefined, block: JsonObject): readonly ChatDelta[] {
    const ordinal = this.#nextThought();
    this.#open.set(index, { kind: 'thinking', ordinal });
    return [
      ...this.#thinking(ordinal, textOf(block['thinking'])),
      ...this.#signature(ordinal, textOf(block['signature'])),
    ];
  }

  #thinking(ordinal: number, text: string): readonly ChatDelta[] {
    if (text === '') return [];
    this.#facts.countContent(text);
    return [{ reasoning_content: text, reasoning_details: [textDetail(ordinal, { text })] }];
  }

  #signature(ordinal: number, signature: string): readonly ChatDelta[] {
    if (signature === '') return [];
    this.#facts.contentSeen = true;
    return [{ reasoning_details: [textDetail(ordinal, { signature, model: this.#facts.answeredModel })] }];
  }

  #redacted(index: JsonValue | undefined, data: string): readonly ChatDelta[] {
    this.#open.set(index, { kind: 'other' });
    this.#facts.contentSeen = true;
    return [{ reasoning_details: [encryptedDetail(this.#nextThought(), { data, model: this.#facts.answeredModel })] }];
  }

  #nextThought(): number {
    this.#thoughts += 1;
    return this.#thoughts - 1;
  }

  #citation(block: OpenBlock & { kind: 'text' }, citation: JsonValue | undefined): readonly ChatDelta[] {
    if (!isJsonObject(citation)) return [];
    const annotation = mapCitation(citation, { start: block.start, end: this.#contentLength });
    const annotations = annotation === undefined ? {} : { annotations: [annotation] };
    return [{ ...annotations, citations: [citation], ...takeMark(block) }];
  }
}

/** It stands at what the block says first, and nowhere else. */
function takeMark(block: { mark: { readonly text_index?: number } }): { readonly text_index?: number } {
  const { mark } = block;
  block.mark = {};
  return mark;
}

function readObject(value: JsonValue | undefined, name: string): JsonObject {
  if (!isJsonObject(value)) throw malformedAnswer(`an event of the stream has no ${name}`);
  return value;
}
