import { AttemptError, isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';
import type { StreamReader } from '../base/adapter.ts';
import { brokenOff, malformedAnswer } from '../base/answer-errors.ts';
import { ChatChunkWriter, chatDone } from '../base/chat-chunks.ts';
import { defaultMaxEventBytes, SseParser, type SseEvent } from '../base/sse-parser.ts';
import type { ResponsesDialect } from '../openai-responses/dialect.ts';
import { readEvent } from '../openai-responses/read-event.ts';
import { ResponseFacts } from '../openai-responses/response-facts.ts';
import { chatId, chatUsage, createdAt, readFinishReason, tierMember } from './chat-answer.ts';
import type { ChatDelta } from './chat-delta.ts';
import { ItemReader } from './read-items.ts';

export interface ResponseStreamOptions {
  readonly dialect: ResponsesDialect;
  /** Whether the caller asked for the chunk with usage. */
  readonly wantsUsage: boolean;
}

/** Says the events of a streamed response as chat chunks. Nothing is said before there is content. */
export class ResponseStreamReader implements StreamReader {
  readonly facts: ResponseFacts;
  failure: AttemptError | undefined;
  readonly #parser = new SseParser({ maxEventBytes: defaultMaxEventBytes });
  readonly #wantsUsage: boolean;
  readonly #items = new ItemReader();
  #writer: ChatChunkWriter | undefined;
  #isDone = false;

  constructor({ dialect, wantsUsage }: ResponseStreamOptions) {
    this.facts = new ResponseFacts(dialect);
    this.#wantsUsage = wantsUsage;
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
      for (const event of events) said.push(...this.#readEvent(event));
    } catch (error) {
      if (!(error instanceof AttemptError) || said.length === 0) throw error;
      this.failure = error;
    }
    return Buffer.concat(said);
  }

  #readEvent(event: SseEvent): readonly Buffer[] {
    if (this.#isDone) return [];
    const read = readEvent(event, this.facts);
    switch (read.kind) {
      case 'none':
        return [];
      case 'lifecycle':
        this.#open(read.response);
        return [];
      case 'content':
        return this.#say(this.#items.read(read.event));
      case 'end':
        return this.#finish(read.response);
      case 'error':
        throw read.error;
    }
  }

  #open(response: JsonObject): ChatChunkWriter {
    this.#writer ??= new ChatChunkWriter({
      id: chatId(response),
      created: createdAt(response),
      model: this.facts.answeredModel ?? '',
      announcesUsage: this.#wantsUsage,
    });
    return this.#writer;
  }

  #say(deltas: readonly ChatDelta[]): readonly Buffer[] {
    if (deltas.length === 0) return [];
    const writer = this.#writer;
    if (writer === undefined) throw malformedAnswer('the stream does not begin with response.created');
    return deltas.map(({ delta, logprobs }) => writer.delta(delta, logprobs));
  }

  #finish(response: JsonObject): readonly Buffer[] {
    const writer = this.#open(response);
    const { output, usage } = response;
    const items = isJsonArray(output) ? output : [];
    const rest = items.flatMap((item, index) => (isJsonObject(item) ? this.#say(this.#items.item(index, item)) : []));
    const usageSaid = chatUsage(usage);
    this.facts.finishReason = readFinishReason(this.facts, this.#items.calls);
    this.#isDone = true;
    return [
      ...rest,
      writer.finish(this.facts.finishReason, {}, tierMember(this.facts)),
      ...(this.#wantsUsage && usageSaid !== undefined ? [writer.usage(usageSaid)] : []),
      chatDone,
    ];
  }
}
