import { isJsonObject, tryParseJson, type AttemptError } from '@tollgate/core';
import type { StreamReader } from '../base/adapter.ts';
import { brokenOff, malformedAnswer } from '../base/answer-errors.ts';
import { joinNeighbours } from '../base/join-neighbours.ts';
import { defaultMaxEventBytes, SseParser, type SseEvent } from '../base/sse-parser.ts';
import { parseErrorInside } from '../openai-compatible/parse-error.ts';
import { isUsageOnly } from '../openai-compatible/read-stream.ts';
import type { RelayDialect } from './relay-adapter.ts';
import { RelayFacts } from './relay-facts.ts';

/** Ends of streams that have no `[DONE]`: speech, transcripts and images. */
const lastEvent = /\.(?:done|completed)$/;

/** Relays whole events as the bytes they came in, and learns from them on the way. */
export class EventRelay implements StreamReader {
  readonly facts: RelayFacts;
  failure: AttemptError | undefined;
  readonly #parser = new SseParser({ maxEventBytes: defaultMaxEventBytes });
  readonly #hidesUsage: boolean;
  #isWhole = false;

  constructor({ dialect, hidesUsage }: { readonly dialect: RelayDialect; readonly hidesUsage: boolean }) {
    this.facts = new RelayFacts(dialect);
    this.#hidesUsage = hidesUsage;
  }

  push(chunk: Buffer): Buffer {
    return this.#relay(this.#parser.push(chunk));
  }

  end(): Buffer {
    const last = this.#relay(this.#parser.end());
    if (!this.#isWhole) throw brokenOff(this.facts);
    return last;
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
  #readEvent({ data, raw }: SseEvent, kept: Buffer[]): AttemptError | undefined {
    if (data === '[DONE]') this.#isWhole = true;
    if (data === undefined || data === '' || data === '[DONE]') {
      kept.push(raw);
      return undefined;
    }
    const frame = tryParseJson(data);
    if (!isJsonObject(frame)) return malformedAnswer('an event of the stream is no JSON object');
    const error = parseErrorInside(frame, this.facts.contentSeen);
    if (error !== undefined) return error;
    this.facts.contentSeen = true;
    this.facts.readFrame(frame);
    if (typeof frame['type'] === 'string' && lastEvent.test(frame['type'])) this.#isWhole = true;
    if (!(this.#hidesUsage && isUsageOnly(frame))) kept.push(raw);
    return undefined;
  }
}
