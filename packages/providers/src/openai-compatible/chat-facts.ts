import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, type NanoUsd, type Usage } from '@tollgate/core';
import type { AnswerFacts } from '../base/adapter.ts';
import type { ChatDialect } from './dialect.ts';
import { parseUsage } from './parse-usage.ts';

/** Why the model stopped, in its own words, where the aggregator's word hides that it was cut. */
const nativeLengthReasons: ReadonlySet<JsonValue | undefined> = new Set([
  'length',
  'max_tokens',
  'max_output_tokens',
  'MAX_TOKENS',
]);

/** Gathers what chunks or a whole chat completion say, of which most is common to both. */
export class ChatFacts implements AnswerFacts {
  contentSeen = false;
  finishReason: string | undefined;
  usage: Usage | undefined;
  reportedCostNanoUsd: NanoUsd | undefined;
  contentBytes = 0;
  answeredModel: string | undefined;
  serviceTier: string | undefined;
  readonly #dialect: ChatDialect;
  #toolCallSeen = false;

  constructor(dialect: ChatDialect) {
    this.#dialect = dialect;
  }

  /** What stands beside the choices. Usage may come in any chunk; the last is the truth. */
  readFrame(frame: JsonObject): void {
    const { model, service_tier: serviceTier, usage } = frame;
    // Azure's first chunk has an empty name.
    if (this.answeredModel === undefined && typeof model === 'string' && model !== '') this.answeredModel = model;
    if (typeof serviceTier === 'string') this.serviceTier = serviceTier;
    if (!isJsonObject(usage)) return;
    this.usage = parseUsage(usage) ?? this.usage;
    this.reportedCostNanoUsd = this.#dialect.reportedCost(usage) ?? this.reportedCostNanoUsd;
  }

  /** A piece of content of which nothing but its size is to be known. */
  addContent(bytes: number): void {
    this.contentSeen = true;
    this.contentBytes += bytes;
  }

  /** A choice, with its `delta` or `message`. */
  readChoice(choice: JsonObject): void {
    const piece = choice['delta'] ?? choice['message'];
    if (isJsonObject(piece)) this.#readPiece(piece);
    const { finish_reason: reason } = choice;
    // Ollama sends an empty one; OpenRouter repeats it in the chunk with usage.
    if (this.finishReason !== undefined || typeof reason !== 'string' || reason === '') return;
    this.finishReason = this.#trueReason(reason, choice['native_finish_reason']);
  }

  #trueReason(reason: string, nativeReason: JsonValue | undefined): string {
    if (nativeLengthReasons.has(nativeReason)) return 'length';
    return reason === 'stop' && this.#toolCallSeen ? 'tool_calls' : reason;
  }

  #readPiece(piece: JsonObject): void {
    this.#count(piece['content']);
    this.#count(piece['refusal']);
    this.#countReasoning(piece);
    this.#readToolCalls(piece['tool_calls']);
    if (isJsonObject(piece['function_call'])) this.#readFunction(piece['function_call']);
    if (isJsonObject(piece['audio'])) {
      this.contentSeen = true;
      this.#count(piece['audio']['transcript']);
    }
    if (isJsonArray(piece['images']) && piece['images'].length > 0) this.contentSeen = true;
  }

  /** OpenRouter says reasoning twice, as text and as details: it is counted once. */
  #countReasoning(piece: JsonObject): void {
    const text = piece['reasoning'] ?? piece['reasoning_content'];
    const details = piece['reasoning_details'];
    if (typeof text === 'string' && text !== '') this.#count(text);
    else if (isJsonArray(details) && details.length > 0) {
      this.contentSeen = true;
      this.#count(details);
    }
  }

  #readToolCalls(calls: JsonValue | undefined): void {
    if (!isJsonArray(calls)) return;
    for (const call of calls) {
      if (isJsonObject(call)) this.#readFunction(call['function'] ?? call['custom']);
    }
  }

  #readFunction(called: JsonValue | undefined): void {
    this.#toolCallSeen = true;
    this.contentSeen = true;
    if (isJsonObject(called)) this.#count(called['arguments'] ?? called['input']);
  }

  /** Text, or parts with text. */
  #count(content: JsonValue | undefined): void {
    if (typeof content === 'string') {
      if (content === '') return;
      this.contentSeen = true;
      this.contentBytes += Buffer.byteLength(content);
    } else if (isJsonArray(content)) {
      for (const part of content) if (isJsonObject(part)) this.#count(part['text'] ?? part['summary']);
    }
  }
}
