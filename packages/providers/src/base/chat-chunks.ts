import type { JsonObject, JsonValue } from '@tollgate/core';
import { sseEvent } from './sse-writer.ts';

export interface ChunkFrame {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly model: string;
  /** Every chunk but the last then says `usage: null`, as OpenAI's do. */
  readonly announcesUsage: boolean;
  /** Which of several choices its chunks are of; 0 where there is one. */
  readonly choice?: number;
}

export const chatDone: Buffer = sseEvent({ data: '[DONE]' });

/** Writes the chunks of one choice of a chat completion; the first one that has something to say also says the role. */
export class ChatChunkWriter {
  readonly #frame: JsonObject;
  readonly #rest: JsonObject;
  readonly #index: number;
  #roleSaid = false;

  constructor({ id, created, model, announcesUsage, choice }: ChunkFrame) {
    this.#frame = { id, object: 'chat.completion.chunk', created, model };
    this.#rest = announcesUsage ? { usage: null } : {};
    this.#index = choice ?? 0;
  }

  delta(delta: JsonObject, logprobs: JsonValue = null): Buffer {
    return this.#choice({ delta: this.#withRole(delta), logprobs, finish_reason: null }, {});
  }

  /** The chunk that ends the answer; `extensions` of the choice say more of why, `frame` is what stands beside it. */
  finish(reason: string, extensions: JsonObject, frame: JsonObject = {}): Buffer {
    return this.#choice({ delta: this.#withRole({}), logprobs: null, finish_reason: reason, ...extensions }, frame);
  }

  usage(usage: JsonObject): Buffer {
    return this.#write({ choices: [], usage });
  }

  #withRole(delta: JsonObject): JsonObject {
    if (this.#roleSaid) return delta;
    this.#roleSaid = true;
    return { role: 'assistant', content: '', ...delta };
  }

  #choice(choice: JsonObject, frame: JsonObject): Buffer {
    return this.#write({ choices: [{ index: this.#index, ...choice }], ...this.#rest, ...frame });
  }

  #write(members: JsonObject): Buffer {
    return sseEvent({ data: JSON.stringify({ ...this.#frame, ...members }) });
  }
}
