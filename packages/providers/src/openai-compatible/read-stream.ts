import { type AttemptError, isJsonArray, isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import type { StreamReader } from '../base/adapter.ts';
import { brokenOff, errorInAnswer, malformedAnswer } from '../base/answer-errors.ts';
import { joinNeighbours } from '../base/join-neighbours.ts';
import { readProviderWords } from '../base/provider-words.ts';
import { defaultMaxEventBytes, SseParser, type SseEvent } from '../base/sse-parser.ts';
import { sseEvent } from '../base/sse-writer.ts';
import { ChatFacts } from './chat-facts.ts';
import type { ChatDialect } from './dialect.ts';
import { parseErrorInside } from './parse-error.ts';

export interface ChatStreamOptions {
  readonly dialect: ChatDialect;
  /** The caller did not ask for the usage that we had the provider send. */
  readonly hidesUsage: boolean;
}

const unfinishedDone = /^data: ?\[DONE\]\s*$/;

/** Relays whole events as the bytes they came in, comments included, and learns from them on the way. */
export class ChatStreamReader implements StreamReader {
  readonly facts: ChatFacts;
  failure: AttemptError | undefined;
  readonly #parser = new SseParser({ maxEventBytes: defaultMaxEventBytes });
  readonly #hidesUsage: boolean;
  #isDone = false;

  constructor({ dialect, hidesUsage }: ChatStreamOptions) {
    this.facts = new ChatFacts(dialect);
    this.#hidesUsage = hidesUsage;
  }

  push(chunk: Buffer): Buffer {
    return this.#relay(this.#parser.push(chunk));
  }

  end(): Buffer {
    const last = this.#relay(this.#parser.end());
    if (this.#isDone) return last;
    // Some servers save themselves the blank line behind it; the caller's parser is given one.
    if (!unfinishedDone.test(this.#parser.unfinished.toString('utf8'))) throw brokenOff(this.facts);
    return Buffer.concat([last, sseEvent({ data: '[DONE]' })]);
  }

  #relay(events: readonly SseEvent[]): Buffer {
    const kept: Buffer[] = [];
    for (const event of events) {
      const error = this.#readEvent(event, kept);
      if (error === undefined) continue;
      if (kept.length === 0) throw error;
      this.failure = error;
      break;
    }
    return joinNeighbours(kept);
  }

  /** Adds the event's bytes to `kept` where the caller is to see them; the error, if it is one. */
  #readEvent({ event, data, raw }: SseEvent, kept: Buffer[]): AttemptError | undefined {
    if (data === '[DONE]') this.#isDone = true;
    if (data === undefined || data === '' || this.#isDone) {
      kept.push(raw);
      return undefined;
    }
    const chunk = tryParseJson(data);
    if (event === 'error' && this.facts.finishReason === undefined) {
      return errorInAnswer(readProviderWords(chunk), this.facts.contentSeen);
    }
    if (!isJsonObject(chunk)) return malformedAnswer('an event of the stream is no JSON object');
    const error = this.#readChunk(chunk);
    if (error === undefined && !(this.#hidesUsage && isUsageOnly(chunk))) kept.push(raw);
    return error;
  }

  /** An error behind a finish reason changes nothing any more: the answer was whole (OpenRouter does that). */
  #readChunk(chunk: JsonObject): AttemptError | undefined {
    this.facts.readFrame(chunk);
    const error = this.facts.finishReason === undefined ? parseErrorInside(chunk, this.facts.contentSeen) : undefined;
    if (error !== undefined) return error;
    const { choices } = chunk;
    if (isJsonArray(choices)) {
      for (const choice of choices) if (isJsonObject(choice)) this.facts.readChoice(choice);
    }
    return undefined;
  }
}

/** OpenAI's extra chunk. OpenRouter's chunk with usage still has a choice, and stays. Azure's first chunk has neither. */
export const isUsageOnly = (chunk: JsonObject): boolean =>
  isJsonObject(chunk['usage']) && isJsonArray(chunk['choices']) && chunk['choices'].length === 0;
