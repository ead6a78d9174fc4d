import type { JsonObject } from '@tollgate/core';
import { textOf } from '../anthropic/chat-delta.ts';
import { sseEvent } from '../base/sse-writer.ts';
import type { AnswerContext, AnswerWriter } from '../base/translation.ts';
import { MessageEvents } from './message-events.ts';

/** Says a streamed chat answer as the events of a message. Throws AttemptError `answer_too_large`: calls are held until they can be told apart. */
export class MessageWriter implements AnswerWriter {
  readonly #events: MessageEvents;

  constructor(context: AnswerContext) {
    this.#events = new MessageEvents(context);
  }

  chunk(chunk: JsonObject): Buffer {
    return frames(this.#events.read(chunk));
  }

  end(): Buffer {
    return frames(this.#events.end());
  }
}

const frames = (events: readonly JsonObject[]): Buffer =>
  Buffer.concat(events.map((event) => sseEvent({ event: textOf(event['type']), data: JSON.stringify(event) })));
