import type { JsonObject } from '@tollgate/core';
import { sseEvent } from '../base/sse-writer.ts';
import type { ChatDelta } from './chat-delta.ts';

export interface ChunkFrame {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly model: string;
  /** Every chunk but the last then says `usage: null`, as OpenAI's do. */
  readonly announcesUsage: boolean;
}

export const chatDone: Buffer = sseEvent({ data: '[DONE]' });

/** Writes the chunks of one chat completion; the first one that has something to say also says the role. */
export class ChatChunkWriter {
  readonly #frame: JsonObject;
  readonly #rest: JsonObject;
  #roleSaid = false;

  constructor({ id, created, model, announcesUsage }: ChunkFrame) {
    this.#frame = { id, object: 'chat.completion.chunk', created, model };
    this.#rest = announcesUsage ? { usage: null } : {};
  }

  delta(delta: ChatDelta): Buffer {
    return this.#choice({ delta: this.#withRole(delta), logprobs: null, finish_reason: null });
  }

  /** The chunk that ends the answer; `extensions` say more of why. */
  finish(reason: string, extensions: JsonObject): Buffer {
    return this.#choice({ delta: this.#withRole({}), logprobs: null, finish_reason: reason, ...extensions });
  }

  usage(usage: JsonObject): Buffer {
    return this.#write({ choices: [], usage });
  }

  #withRole(delta: JsonObject): JsonObject {
    if (this.#roleSaid) return delta;
    this.#roleSaid = true;
    return { role: 'assistant', content: '', ...delta };
  }

  #choice(choice: JsonObject): Buffer {
    return this.#write({ choices: [{ index: 0, ...choice }], ...this.#rest });
  }

  #write(members: JsonObject): Buffer {
    return sseEvent({ data: JSON.stringify({ ...this.#frame, ...members }) });
  }
}
