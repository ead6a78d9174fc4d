import type { ServerResponse } from 'node:http';
import type { Clock } from '@tollgate/core';

const comment = Buffer.from(': waiting\n\n');

/**
 * Writes a comment into a waiting event stream whenever nothing was written for `everyMs`, since proxies
 * cut connections that look idle. Comments commit nothing: a fallback is still possible after them, but
 * the status is out, so a later failure has to be told inside the stream.
 */
export class StreamKeepAlive {
  readonly #response: ServerResponse;
  readonly #begin: () => void;
  readonly #clock: Clock;
  readonly #everyMs: number;
  #lastWriteMs: number;
  #cancel: () => void = () => undefined;

  /** `begin` writes status and headers where that has not happened. */
  constructor(options: {
    readonly response: ServerResponse;
    readonly begin: () => void;
    readonly clock: Clock;
    readonly everyMs: number;
  }) {
    this.#response = options.response;
    this.#begin = options.begin;
    this.#clock = options.clock;
    this.#everyMs = options.everyMs;
    this.#lastWriteMs = options.clock.monotonicMs();
    this.#arm(options.everyMs);
  }

  /** Something was written; cheap, for it is called for every piece. */
  touch(): void {
    this.#lastWriteMs = this.#clock.monotonicMs();
  }

  stop(): void {
    this.#cancel();
  }

  #arm(delayMs: number): void {
    this.#cancel = this.#clock.schedule(delayMs, () => {
      const quietMs = this.#clock.monotonicMs() - this.#lastWriteMs;
      if (quietMs < this.#everyMs) return this.#arm(this.#everyMs - quietMs);
      if (!this.#response.writableNeedDrain && this.#response.socket?.writableNeedDrain !== true) {
        this.#begin();
        this.#response.write(comment);
      }
      this.#lastWriteMs = this.#clock.monotonicMs();
      this.#arm(this.#everyMs);
    });
  }
}
