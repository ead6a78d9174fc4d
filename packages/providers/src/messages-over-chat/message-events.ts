import { isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';
import { textOf } from '../anthropic/chat-delta.ts';
import type { AnswerContext } from '../base/translation.ts';
import { parseUsage } from '../openai-compatible/parse-usage.ts';
import { readStop, saysRefusalApart } from './map-stop-reason.ts';
import { DeltaReader } from './read-delta.ts';
import { estimateTokens, finalUsage, openingUsage } from './write-usage.ts';

const messagePrefix = 'msg_';
/** How our adapter of Anthropic's API writes the id of a message. */
const translatedPrefix = `chatcmpl-${messagePrefix}`;

/** The events of one message, from the chunks of a chat answer or from all of it at once. */
export class MessageEvents {
  readonly #context: AnswerContext;
  readonly #deltas: DeltaReader;
  #id: string | undefined;
  #model: string | undefined;
  #usage: JsonObject | undefined;
  /** The choice that said how the answer ended. */
  #ending: JsonObject = {};
  #isStarted = false;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#deltas = new DeltaReader(context.requestId);
  }

  /** A `chat.completion.chunk`, or a `chat.completion`. */
  read(frame: JsonObject): readonly JsonObject[] {
    this.#readFrame(frame);
    const { choices } = frame;
    const choice = isJsonArray(choices) ? choices[0] : undefined;
    if (isJsonObject(choice)) this.#readChoice(choice);
    return this.#started(this.#deltas.blocks.write());
  }

  end(): readonly JsonObject[] {
    if (this.#deltas.refusal !== '' && !saysRefusalApart(this.#ending)) this.#deltas.sayRefusal();
    const last = this.#deltas.blocks.end();
    const { blocks, refusal } = this.#deltas;
    const stopSequences = this.#context.call.body.value['stop_sequences'];
    const delta = {
      ...readStop({ choice: this.#ending, toolCalls: blocks.toolCalls, refusal, stopSequences }),
      container: null,
    };
    const end = [{ type: 'message_delta', delta, usage: this.#finalUsage() }, { type: 'message_stop' }];
    return this.#started([...last, ...end]);
  }

  #readFrame({ id, model, usage }: JsonObject): void {
    if (this.#id === undefined && typeof id === 'string' && id !== '') this.#id = id;
    // Azure's first chunk has an empty name.
    if (this.#model === undefined && typeof model === 'string' && model !== '') this.#model = model;
    const parsed = parseUsage(usage);
    if (parsed !== undefined) this.#usage = finalUsage(parsed);
  }

  #readChoice(choice: JsonObject): void {
    const piece = choice['delta'] ?? choice['message'];
    if (isJsonObject(piece)) this.#deltas.read(piece);
    // OpenRouter says it again in the chunk with usage.
    if (textOf(this.#ending['finish_reason']) === '' && textOf(choice['finish_reason']) !== '') this.#ending = choice;
  }

  /** Nothing is said before there is something to say, so that another attempt can still take its place. */
  #started(events: readonly JsonObject[]): readonly JsonObject[] {
    if (this.#isStarted || events.length === 0) return events;
    this.#isStarted = true;
    return [{ type: 'message_start', message: this.#message() }, ...events];
  }

  #message(): JsonObject {
    const { call } = this.#context;
    return {
      id: this.#messageId(),
      type: 'message',
      role: 'assistant',
      model: this.#model ?? call.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      container: null,
      usage: openingUsage(estimateTokens(call.body.byteLength)),
    };
  }

  #messageId(): string {
    if (this.#id?.startsWith(translatedPrefix)) return this.#id.slice('chatcmpl-'.length);
    if (this.#id?.startsWith(messagePrefix)) return this.#id;
    return messagePrefix + this.#context.requestId.replace(/[^a-zA-Z0-9]/g, '');
  }

  /** A server that tells no usage leaves the estimate in its place; Anthropic's clients want a number. */
  #finalUsage(): JsonObject {
    if (this.#usage !== undefined) return this.#usage;
    return {
      ...openingUsage(estimateTokens(this.#context.call.body.byteLength)),
      output_tokens: estimateTokens(this.#deltas.contentBytes),
    };
  }
}
