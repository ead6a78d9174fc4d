import type { AttemptError } from '@tollgate/core';
import type { StreamReader } from '../base/adapter.ts';
import { brokenOff } from '../base/answer-errors.ts';
import { joinNeighbours } from '../base/join-neighbours.ts';
import { defaultMaxEventBytes, SseParser, type SseEvent } from '../base/sse-parser.ts';
import type { ResponsesDialect } from './dialect.ts';
import { readEvent } from './read-event.ts';
import { ResponseFacts } from './response-facts.ts';

/** Relays whole events as the bytes they came in, comments included, and learns from them on the way. */
export class ResponseRelay implements StreamReader {
  readonly facts: ResponseFacts;
  failure: AttemptError | undefined;
  readonly #parser = new SseParser({ maxEventBytes: defaultMaxEventBytes });
  #isDone = false;

  constructor(dialect: ResponsesDialect) {
    this.facts = new ResponseFacts(dialect);
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
      // What comes behind the end belongs to no answer; OpenRouter's `[DONE]` may.
      if (this.#isDone && !isBare(event)) continue;
      const read = readEvent(event, this.facts);
      if (read.kind === 'error') {
        if (kept.length === 0) throw read.error;
        this.failure = read.error;
        break;
      }
      if (read.kind === 'end') this.#isDone = true;
      kept.push(event.raw);
    }
    return joinNeighbours(kept);
  }
}

/** A comment, or a mark that is no event of the protocol. */
const isBare = ({ data }: SseEvent): boolean => data === undefined || data === '' || data === '[DONE]';
