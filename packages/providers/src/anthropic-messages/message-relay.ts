import { AttemptError, isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import type { StreamReader } from '../base/adapter.ts';
import { brokenOff, errorInAnswer, malformedAnswer } from '../base/answer-errors.ts';
import { joinNeighbours } from '../base/join-neighbours.ts';
import { readProviderWords } from '../base/provider-words.ts';
import { defaultMaxEventBytes, SseParser, type SseEvent } from '../base/sse-parser.ts';
import { textOf } from '../anthropic/chat-delta.ts';
import { MessageFacts } from '../anthropic/message-facts.ts';
import { readStop } from '../anthropic/stop-outcome.ts';
import type { MessagesDialect } from './dialect.ts';
import { countBlock } from './count-block.ts';

/**
 * Relays whole events as the bytes they came in, comments and events that are not known included, and learns
 * from them on the way.
 */
export class MessageRelay implements StreamReader {
  readonly facts: MessageFacts;
  failure: AttemptError | undefined;
  readonly #parser = new SseParser({ maxEventBytes: defaultMaxEventBytes });
  #isStarted = false;
  #isDone = false;
  #toolCalls = 0;
  #stop: JsonObject = {};

  constructor({ reportedCost }: Pick<MessagesDialect, 'reportedCost'>) {
    this.facts = new MessageFacts(reportedCost);
  }

  push(chunk: Buffer): Buffer {
    return this.#relay(this.#parser.push(chunk));
  }

  end(): Buffer {
    const last = this.#relay(this.#parser.end());
    if (!this.#isDone) throw brokenOff(this.facts);
    return last;
  }

  #relay(events: readonly SseEvent[]): Buffer {
    const kept: Buffer[] = [];
    for (const event of events) {
      try {
        if (this.#readEvent(event)) kept.push(event.raw);
      } catch (error) {
        if (!(error instanceof AttemptError) || kept.length === 0) throw error;
        this.failure = error;
        break;
      }
    }
    return joinNeighbours(kept);
  }

  /** Whether the caller is to see it. OpenRouter sends `[DONE]` behind message_stop, which no client of this protocol knows. */
  #readEvent({ event: name, data }: SseEvent): boolean {
    if (this.#isDone) return data === undefined;
    if (data === undefined || data === '') return true;
    const event = tryParseJson(data);
    if (!isJsonObject(event)) {
      if (name === 'error') throw errorInAnswer(undefined, this.facts.contentSeen);
      throw malformedAnswer('an event of the stream is no JSON object');
    }
    return this.#readParsed(event);
  }

  #readParsed(event: JsonObject): boolean {
    switch (event['type']) {
      case 'message_start':
        return this.#open(event['message']);
      case 'content_block_start':
        this.#startBlock(event['content_block']);
        return true;
      case 'content_block_delta':
        this.#readDelta(event['delta']);
        return true;
      case 'message_delta':
        this.#noteStop(event);
        return true;
      case 'message_stop':
        this.#isDone = true;
        return true;
      case 'error':
        throw errorInAnswer(readProviderWords(event), this.facts.contentSeen);
      default:
        return true;
    }
  }

  /** Some servers send it twice, at which Anthropic's own client fails; the first one holds. */
  #open(message: JsonObject[string]): boolean {
    if (this.#isStarted) return false;
    if (!isJsonObject(message)) throw malformedAnswer('message_start has no message');
    this.#isStarted = true;
    this.facts.readMessage(message);
    return true;
  }

  #startBlock(block: JsonObject[string]): void {
    if (!isJsonObject(block)) throw malformedAnswer('content_block_start has no content_block');
    if (block['type'] === 'tool_use') this.#toolCalls += 1;
    countBlock(block, this.facts);
  }

  #readDelta(delta: JsonObject[string]): void {
    if (!isJsonObject(delta)) throw malformedAnswer('content_block_delta has no delta');
    const text = textOf(delta['text']) || textOf(delta['thinking']) || textOf(delta['partial_json']);
    if (text !== '') this.facts.countContent(text);
    else if (textOf(delta['signature']) !== '') this.facts.contentSeen = true;
  }

  /** Comes more than once at times; what it says is cumulative. */
  #noteStop(event: JsonObject): void {
    this.facts.readFinalUsage(event['usage']);
    if (isJsonObject(event['delta'])) this.#stop = { ...this.#stop, ...event['delta'] };
    if (typeof this.#stop['stop_reason'] !== 'string') return;
    this.facts.finishReason = readStop(this.#stop, this.#toolCalls).finishReason;
  }
}
