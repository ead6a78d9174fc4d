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
import { RepeatedFrame } from './repeated-frame.ts';

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
  readonly #repeated = new RepeatedFrame();
  readonly #hidesUsage: boolean;
  #isDone = false;

  constructor({ dialect, hidesUsage }: ChatStreamOptions) {
    this.facts = new ChatFacts(dialect);
    this.#hidesUsage = hidesUsage;
  }

  push(chunk: Buffer): Buffer {
    if (this.#isDone || !this.#parser.isBetweenEvents) return this.#relay(this.#parser.push(chunk));
    const { end, contentBytes } = this.#repeated.match(chunk);
    if (end === 0) return this.#relay(this.#parser.push(chunk));
    this.facts.addContent(contentBytes);
    return end === chunk.length ? chunk : this.#relayBehind(chunk, end);
  }

  /** What follows frames that were passed on without being read. */
  #relayBehind(chunk: Buffer, end: number): Buffer {
    const passed = chunk.subarray(0, end);
    const events = this.#parser.push(chunk.subarray(end));
    return this.#relay(events, [passed]);
  }

  end(): Buffer {
    const last = this.#relay(this.#parser.end());
    if (this.#isDone) return last;
    // Some servers save themselves the blank line behind it; the caller's parser is given one.
    if (!unfinishedDone.test(this.#parser.unfinished.toString('utf8'))) throw brokenOff(this.facts);
    return Buffer.concat([last, sseEvent({ data: '[DONE]' })]);
  }

  #relay(events: readonly SseEvent[], kept: Buffer[] = []): Buffer {
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
    const isBehindEnd = this.#isDone;
    if (data === '[DONE]') this.#isDone = true;
    if (data === undefined || data === '' || this.#isDone) {
      // What comes behind the end belongs to no answer; a comment only keeps the connection alive.
      if (!isBehindEnd || data === undefined) kept.push(raw);
      return undefined;
    }
    const chunk = tryParseJson(data);
    if (event === 'error' && this.facts.finishReason === undefined) {
      return errorInAnswer(readProviderWords(chunk), this.facts.contentSeen);
    }
    if (!isJsonObject(chunk)) return malformedAnswer('an event of the stream is no JSON object');
    const countedBytes = this.facts.contentBytes;
    const error = this.#readChunk(chunk);
    if (error !== undefined || (this.#hidesUsage && isUsageOnly(chunk))) return error;
    kept.push(raw);
    if (event === undefined) this.#learn(raw, { chunk, addedBytes: this.facts.contentBytes - countedBytes });
    return undefined;
  }

  /** A frame stands for others like it where all that it added was its one piece of content. */
  #learn(raw: Buffer, { chunk, addedBytes }: { readonly chunk: JsonObject; readonly addedBytes: number }): void {
    const content = onlyContent(chunk);
    if (content !== undefined && Buffer.byteLength(content) === addedBytes) this.#repeated.learn(raw, content);
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

/** The text of a chunk with one choice. */
function onlyContent({ choices }: JsonObject): string | undefined {
  if (!isJsonArray(choices) || choices.length !== 1) return undefined;
  const [choice] = choices;
  const piece = isJsonObject(choice) ? choice['delta'] : undefined;
  const content = isJsonObject(piece) ? piece['content'] : undefined;
  return typeof content === 'string' && content !== '' ? content : undefined;
}

/** OpenAI's extra chunk. OpenRouter's chunk with usage still has a choice, and stays. Azure's first chunk has neither. */
export const isUsageOnly = (chunk: JsonObject): boolean =>
  isJsonObject(chunk['usage']) && isJsonArray(chunk['choices']) && chunk['choices'].length === 0;
