import type { JsonObject } from '@tollgate/core';
import { sseEvent } from '../base/sse-writer.ts';

/** Tells of a change of the response; `members` stand beside type and sequence number. */
export type Emit = (type: string, members: JsonObject) => void;

/** Events of one response in order, numbered, as bytes. */
export class EventLog {
  #events: Buffer[] = [];
  #count = 0;

  readonly emit: Emit = (type, members) => {
    this.#events.push(
      sseEvent({ event: type, data: JSON.stringify({ type, sequence_number: this.#count, ...members }) }),
    );
    this.#count += 1;
  };

  /** What has been told since the last time. */
  take(): Buffer {
    const taken = Buffer.concat(this.#events);
    this.#events = [];
    return taken;
  }
}
