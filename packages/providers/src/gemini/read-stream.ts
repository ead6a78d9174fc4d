import { AttemptError, isJsonArray, isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import type { StreamReader } from '../base/adapter.ts';
import { brokenOff, errorInAnswer, malformedAnswer } from '../base/answer-errors.ts';
import { ChatChunkWriter, chatDone } from '../base/chat-chunks.ts';
import { defaultMaxEventBytes, SseParser, type SseEvent } from '../base/sse-parser.ts';
import { blockReasonOf, GeminiFacts } from './answer-facts.ts';
import { mapLogprobs } from './map-logprobs.ts';
import { readGeminiWords } from './parse-error.ts';
import { chatUsage } from './parse-usage.ts';
import { CandidateReader } from './read-candidate.ts';
import type { AnswerOptions } from './read-whole.ts';
import { chatId, chosenFinish, indexOf } from './write-choice.ts';

interface Choice {
  readonly reader: CandidateReader;
  readonly writer: ChatChunkWriter;
}

export interface StreamOptions extends AnswerOptions {
  /** Whether the caller asked for the chunk with usage. */
  readonly wantsUsage: boolean;
}

/**
 * Says the pieces of a streamed answer as chat chunks. Google's stream has no last event: it is whole where it ends
 * behind the finish reasons of all candidates. So those are said at its end, and what counts last is the usage.
 */
export class GeminiStreamReader implements StreamReader {
  readonly facts = new GeminiFacts();
  failure: AttemptError | undefined;
  readonly #parser = new SseParser({ maxEventBytes: defaultMaxEventBytes });
  readonly #options: StreamOptions;
  readonly #choices = new Map<number, Choice>();
  #id: string | undefined;
  #blockReason: string | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  push(chunk: Buffer): Buffer {
    return this.#read(this.#parser.push(chunk));
  }

  end(): Buffer {
    const last = this.#read(this.#parser.end());
    if (this.failure !== undefined) return last;
    if (this.#blockReason !== undefined && this.#choices.size === 0) {
      this.#choice(0).reader.nativeFinishReason = this.#blockReason;
      this.facts.finishReason = 'content_filter';
    }
    const choices = [...this.#choices.values()];
    if (choices.length === 0 || choices.some(({ reader }) => reader.nativeFinishReason === undefined)) {
      throw brokenOff(this.facts);
    }
    return Buffer.concat([
      last,
      ...choices.map(({ reader, writer }) => this.#finish(reader, writer)),
      ...this.#usage(),
      chatDone,
    ]);
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

  #readEvent({ data }: SseEvent): readonly Buffer[] {
    if (data === undefined || data === '') return [];
    const piece = tryParseJson(data);
    if (!isJsonObject(piece)) throw malformedAnswer('an event of the stream is no JSON object');
    if (isJsonObject(piece['error'])) throw errorInAnswer(readGeminiWords(piece), this.facts.contentSeen);
    this.facts.readFrame(piece);
    this.#id ??= chatId(piece, this.#options.requestId);
    this.#blockReason ??= blockReasonOf(piece);
    const candidates = isJsonArray(piece['candidates']) ? piece['candidates'].filter(isJsonObject) : [];
    return candidates.flatMap((candidate) => this.#readCandidate(candidate));
  }

  #readCandidate(candidate: JsonObject): readonly Buffer[] {
    const { reader, writer } = this.#choice(indexOf(candidate));
    const logprobs = mapLogprobs(candidate['logprobsResult']);
    return reader.read(candidate).map((delta, at) => (at === 0 ? writer.delta(delta, logprobs) : writer.delta(delta)));
  }

  #choice(index: number): Choice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const { requestId, created, restoreName, wantsUsage } = this.#options;
    const choice: Choice = {
      reader: new CandidateReader({ facts: this.facts, restoreName, callIdPrefix: `call_${requestId}_${index}` }),
      writer: new ChatChunkWriter({
        id: this.#id ?? '',
        created,
        model: this.facts.answeredModel ?? '',
        announcesUsage: wantsUsage,
        choice: index,
      }),
    };
    this.#choices.set(index, choice);
    return choice;
  }

  #finish(reader: CandidateReader, writer: ChatChunkWriter): Buffer {
    const { finish_reason: reason, ...extensions } = chosenFinish(reader, this.#blockReason);
    return writer.finish(reason, extensions);
  }

  #usage(): readonly Buffer[] {
    const { usage } = this.facts;
    const [first] = this.#choices.values();
    return this.#options.wantsUsage && usage !== undefined && first !== undefined
      ? [first.writer.usage(chatUsage(usage))]
      : [];
  }
}
