import { AttemptError, isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import type { StreamReader } from '../base/adapter.ts';
import { brokenOff, errorInAnswer, malformedAnswer } from '../base/answer-errors.ts';
import { readProviderWords } from '../base/provider-words.ts';
import { defaultMaxEventBytes, SseParser, type SseEvent } from '../base/sse-parser.ts';
import { ChatChunkWriter, chatDone } from '../base/chat-chunks.ts';
import { chatId, type ChatDelta } from './chat-delta.ts';
import { MessageFacts } from './message-facts.ts';
import { chatUsage } from './parse-usage.ts';
import { BlockReader } from './read-blocks.ts';
import { readStop } from './stop-outcome.ts';
import type { NameRestorer } from './wire-names.ts';

export interface MessageStreamOptions {
  /** Seconds since the epoch, for `created`. */
  readonly created: number;
  /** Whether the caller asked for the chunk with usage. */
  readonly wantsUsage: boolean;
  readonly restoreName: NameRestorer;
}

/**
 * Says the events of a streamed message as chat chunks. Between message_start and the first content
 * nothing is said, so that an overload that comes then can still be met by another attempt. The reason
 * why the message stopped waits for message_stop: without it the answer was cut, whatever came before.
 */
export class MessageStreamReader implements StreamReader {
  readonly facts = new MessageFacts();
  failure: AttemptError | undefined;
  readonly #parser = new SseParser({ maxEventBytes: defaultMaxEventBytes });
  readonly #options: MessageStreamOptions;
  readonly #blocks: BlockReader;
  #writer: ChatChunkWriter | undefined;
  #stop: JsonObject = {};
  #isDone = false;

  constructor(options: MessageStreamOptions) {
    this.#options = options;
    this.#blocks = new BlockReader({ facts: this.facts, restoreName: options.restoreName });
  }

  push(chunk: Buffer): Buffer {
    return this.#read(this.#parser.push(chunk));
  }

  end(): Buffer {
    const last = this.#read(this.#parser.end());
    if (!this.#isDone) throw brokenOff(this.facts);
    return last;
  }

  #read(events: readonly SseEvent[]): Buffer {
    const said: Buffer[] = [];
    try {
      for (const event of events) for (const chunk of this.#readEvent(event)) said.push(chunk);
    } catch (error) {
      if (!(error instanceof AttemptError) || said.length === 0) throw error;
      this.failure = error;
    }
    return Buffer.concat(said);
  }

  /** OpenRouter sends `[DONE]` behind message_stop, so nothing is read any more from there on. */
  #readEvent({ event: name, data }: SseEvent): readonly Buffer[] {
    if (data === undefined || data === '' || this.#isDone) return [];
    const event = tryParseJson(data);
    if (!isJsonObject(event)) {
      if (name === 'error') throw errorInAnswer(undefined, this.facts.contentSeen);
      throw malformedAnswer('an event of the stream is no JSON object');
    }
    switch (event['type']) {
      case 'message_start':
        return this.#open(event['message']);
      case 'content_block_start':
        return this.#say(this.#blocks.start(event));
      case 'content_block_delta':
        return this.#say(this.#blocks.delta(event));
      case 'content_block_stop':
        return this.#say(this.#blocks.stop(event));
      case 'message_delta':
        return this.#noteStop(event);
      case 'message_stop':
        return this.#finish();
      case 'error':
        throw errorInAnswer(readProviderWords(event), this.facts.contentSeen);
      default:
        return [];
    }
  }

  /** Some servers send it twice; the first one holds. */
  #open(message: JsonObject[string]): readonly Buffer[] {
    if (this.#writer !== undefined) return [];
    if (!isJsonObject(message)) throw malformedAnswer('message_start has no message');
    this.facts.readMessage(message);
    this.#writer = new ChatChunkWriter({
      id: chatId(message['id']),
      created: this.#options.created,
      model: this.facts.answeredModel ?? '',
      announcesUsage: this.#options.wantsUsage,
    });
    return [];
  }

  #say(deltas: readonly ChatDelta[]): readonly Buffer[] {
    return deltas.map((delta) => this.#started().delta(delta));
  }

  #started(): ChatChunkWriter {
    if (this.#writer === undefined) throw malformedAnswer('the stream does not begin with message_start');
    return this.#writer;
  }

  /** Comes more than once at times; what it says is cumulative. */
  #noteStop(event: JsonObject): readonly Buffer[] {
    this.facts.readFinalUsage(event['usage']);
    if (isJsonObject(event['delta'])) this.#stop = { ...this.#stop, ...event['delta'] };
    this.facts.finishReason = readStop(this.#stop, this.#blocks.toolCalls).finishReason;
    return [];
  }

  #finish(): readonly Buffer[] {
    const writer = this.#started();
    const last = this.#say(this.#blocks.stopAll());
    const { finishReason, refusal, extensions } = readStop(this.#stop, this.#blocks.toolCalls);
    this.facts.finishReason = finishReason;
    this.#isDone = true;
    return [
      ...last,
      ...(refusal === undefined ? [] : [writer.delta({ refusal })]),
      writer.finish(finishReason, extensions),
      ...(this.#options.wantsUsage && this.facts.usage !== undefined
        ? [writer.usage(chatUsage(this.facts.usage))]
        : []),
      chatDone,
    ];
  }
}
