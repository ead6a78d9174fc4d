import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { errorInAnswer } from '../base/answer-errors.ts';
import { readProviderWords } from '../base/provider-words.ts';
import type { GeminiFacts } from './answer-facts.ts';
import { isFailure, mapFinishReason, type ChatFinishReason } from './map-finish-reason.ts';
import { signatureDetail, thoughtDetail } from './reasoning-details.ts';
import type { NameRestorer } from './wire-names.ts';

/** What a part adds to the message: the `delta` of a chunk, and a whole message's piece. */
export type ChatDelta = {
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly reasoning_details?: readonly JsonObject[];
  readonly tool_calls?: readonly JsonObject[];
  readonly images?: readonly JsonObject[];
};

export interface CandidateOptions {
  readonly facts: GeminiFacts;
  readonly restoreName: NameRestorer;
  /** Begins the ids of calls that come without one: unique to the answer and the candidate. */
  readonly callIdPrefix: string;
}

/** Follows the parts of one candidate, and says them as deltas of a chat message. */
export class CandidateReader {
  /** Google's word; undefined until the candidate has ended. */
  nativeFinishReason: string | undefined;
  readonly #options: CandidateOptions;
  #calls = 0;
  #details = 0;
  /** Pieces of a thought follow each other. */
  #isInThought = false;

  constructor(options: CandidateOptions) {
    this.#options = options;
  }

  get finishReason(): ChatFinishReason {
    return mapFinishReason(this.nativeFinishReason ?? '', this.#calls);
  }

  /** A candidate, or a piece of one. Throws AttemptError where the model failed. */
  read(candidate: JsonObject): readonly ChatDelta[] {
    const { content, finishReason: reason, finishMessage } = candidate;
    const parts = isJsonObject(content) && isJsonArray(content['parts']) ? content['parts'].filter(isJsonObject) : [];
    const deltas = parts.flatMap((part) => this.#readPart(part));
    if (typeof reason !== 'string') return deltas;
    const { facts } = this.#options;
    if (isFailure(reason)) {
      const message = typeof finishMessage === 'string' ? finishMessage : `the model ended with ${reason}`;
      throw errorInAnswer(readProviderWords({ error: { message, type: reason } }), facts.contentSeen);
    }
    this.nativeFinishReason = reason;
    facts.finishReason ??= this.finishReason;
    return deltas;
  }

  #readPart(part: JsonObject): readonly ChatDelta[] {
    const signature = textOf(part['thoughtSignature']);
    if (part['thought'] === true) return this.#thought(textOf(part['text']), signature);
    this.#isInThought = false;
    const call = part['functionCall'];
    if (isJsonObject(call)) return this.#call(call, signature);
    return [...this.#text(textOf(part['text'])), ...this.#image(part['inlineData']), ...this.#signature(signature)];
  }

  #thought(text: string, signature: string): readonly ChatDelta[] {
    if (!this.#isInThought) this.#details += 1;
    this.#isInThought = true;
    const index = this.#details - 1;
    const said = text === '' ? [] : [{ reasoning_content: text, reasoning_details: [thoughtDetail(index, { text })] }];
    if (text !== '') this.#options.facts.countContent(text);
    return signature === '' ? said : [...said, { reasoning_details: [thoughtDetail(index, { signature })] }];
  }

  #text(text: string): readonly ChatDelta[] {
    if (text === '') return [];
    this.#options.facts.countContent(text);
    return [{ content: text }];
  }

  #signature(signature: string, callId?: string): readonly ChatDelta[] {
    if (signature === '') return [];
    this.#details += 1;
    return [{ reasoning_details: [signatureDetail(this.#details - 1, signature, callId)] }];
  }

  /** Comes whole. Its signature goes before it, as what was thought did. */
  #call({ id, name, args }: JsonObject, signature: string): readonly ChatDelta[] {
    const index = this.#calls;
    this.#calls += 1;
    const { facts, restoreName, callIdPrefix } = this.#options;
    const text = JSON.stringify(isJsonObject(args) ? args : {});
    facts.countContent(text);
    const callId = textOf(id) === '' ? `${callIdPrefix}_${index}` : textOf(id);
    const called = { name: restoreName(textOf(name)), arguments: text };
    return [
      ...this.#signature(signature, callId),
      { tool_calls: [{ index, id: callId, type: 'function', function: called }] },
    ];
  }

  #image(data: JsonValue | undefined): readonly ChatDelta[] {
    if (!isJsonObject(data)) return [];
    this.#options.facts.contentSeen = true;
    const url = `data:${textOf(data['mimeType'])};base64,${textOf(data['data'])}`;
    return [{ images: [{ type: 'image_url', image_url: { url } }] }];
  }
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
