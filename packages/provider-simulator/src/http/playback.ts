import type { ServerResponse } from 'node:http';
import type { Clock } from '@tollgate/core';
import type { Frame, Script } from '../call/script.ts';
import type { CallEnding } from '../ledger/ledger-entry.ts';

/** What became of a script. */
export interface PlaybackResult {
  readonly ended: CallEnding;
  /** Null where not even headers were sent. */
  readonly status: number | null;
  readonly contentEvents: number;
  readonly bytesSent: number;
  readonly answerBytes: number;
}

/**
 * Writes a script to one response, waiting where it says and for a slow reader. Steps by callbacks,
 * not promises: thousands of streams run at once under load tests.
 */
export class Playback {
  readonly #response: ServerResponse;
  readonly #script: Script;
  readonly #clock: Clock;
  readonly #frames: Iterator<Frame>;
  readonly #whenEnded: (result: PlaybackResult) => void;
  #cancelWait: (() => void) | undefined;
  #status: number | null = null;
  #contentEvents = 0;
  #bytesSent = 0;
  #answerBytes = 0;
  #over = false;

  constructor(play: {
    readonly response: ServerResponse;
    readonly script: Script;
    readonly clock: Clock;
    readonly whenEnded: (result: PlaybackResult) => void;
  }) {
    this.#response = play.response;
    this.#script = play.script;
    this.#clock = play.clock;
    this.#whenEnded = play.whenEnded;
    this.#frames = play.script.frames[Symbol.iterator]();
  }

  start(): void {
    // A response is closed once it was written whole, too; by then the playback is over.
    this.#response.once('close', () => this.#finish('client_gone'));
    this.#response.on('drain', () => this.#advance());
    this.#after(this.#script.headersAfterMs, () => this.#begin());
  }

  #begin(): void {
    const { head } = this.#script;
    if (head !== undefined) {
      this.#status = head.status;
      this.#response.writeHead(head.status, head.headers);
    }
    this.#advance();
  }

  #advance(): void {
    while (!this.#over && this.#cancelWait === undefined) {
      const next = this.#frames.next();
      if (next.done === true) return this.#end();
      const { waitMs } = next.value;
      if (waitMs > 0) {
        this.#flushHeaders();
        return this.#after(waitMs, () => {
          if (this.#write(next.value)) this.#advance();
        });
      }
      if (!this.#write(next.value)) return;
    }
  }

  /** False where the reader is slow: 'drain' goes on then. */
  #write(frame: Frame): boolean {
    const size = Buffer.byteLength(frame.bytes);
    this.#bytesSent += size;
    this.#answerBytes += frame.answerBytes;
    if (frame.kind === 'content') this.#contentEvents += 1;
    const step = this.#script.bytesPerWrite;
    if (step === 0 || size <= step) return this.#response.write(frame.bytes);
    const bytes = Buffer.from(frame.bytes);
    let roomLeft = true;
    for (let at = 0; at < size; at += step) roomLeft = this.#response.write(bytes.subarray(at, at + step));
    return roomLeft;
  }

  /** Headers leave with the first bytes, in one write; where no bytes follow at once, they leave alone. */
  #flushHeaders(): void {
    if (this.#status !== null && this.#bytesSent === 0) this.#response.flushHeaders();
  }

  #end(): void {
    if (this.#script.ending !== 'complete') this.#flushHeaders();
    switch (this.#script.ending) {
      case 'complete':
        this.#response.end(() => this.#finish('completed'));
        return;
      case 'hang':
        return;
      case 'cut':
        this.#finish('broken_off');
        // What was written is to arrive before the end does.
        this.#response.socket?.end(() => this.#response.destroy());
        return;
      case 'reset':
        return this.#reset();
    }
  }

  /** A reset discards what was not handed to the network yet; the empty write tells when all was. */
  #reset(): void {
    const { socket } = this.#response;
    this.#finish('broken_off');
    socket?.write('', () => setImmediate(() => socket.resetAndDestroy()));
  }

  #after(waitMs: number, action: () => void): void {
    if (waitMs === 0) return action();
    this.#cancelWait = this.#clock.schedule(waitMs, () => {
      this.#cancelWait = undefined;
      action();
    });
  }

  #finish(ended: CallEnding): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelWait?.();
    this.#whenEnded({
      ended,
      status: this.#status,
      contentEvents: this.#contentEvents,
      bytesSent: this.#bytesSent,
      answerBytes: this.#answerBytes,
    });
  }
}
