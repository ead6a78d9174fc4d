import type { Clock } from '@tollgate/core';
import type { Destination } from './destination.ts';

export interface LineBufferOptions {
  readonly destination: Destination;
  readonly clock: Clock;
  /** Lines waiting and being written, in UTF-16 units, which is bytes for nearly all of a log. */
  readonly mostBuffered: number;
  /** Called with how many lines were lost: the reader is too slow, or gone. */
  readonly onDropped: (lines: number) => void;
}

/** A batch is written when it is this large, or this old. */
const batchLength = 65_536;
const batchAgeMs = 20;

/**
 * Lines on their way out. One batch is written at a time; what comes meanwhile waits, up to a bound,
 * and beyond it new lines are dropped and counted. Adding a line never waits for the reader.
 */
export class LineBuffer {
  readonly #options: LineBufferOptions;
  #waiting: string[] = [];
  #waitingLength = 0;
  #writingLength = 0;
  #cancelTimer: (() => void) | undefined;
  #onIdle: (() => void)[] = [];

  constructor(options: LineBufferOptions) {
    this.#options = options;
  }

  /** `line` ends in a newline. */
  add(line: string): void {
    if (this.#waitingLength + this.#writingLength + line.length > this.#options.mostBuffered) {
      this.#options.onDropped(1);
      return;
    }
    this.#waiting.push(line);
    this.#waitingLength += line.length;
    if (this.#waitingLength >= batchLength) this.#writeBatch();
    else this.#cancelTimer ??= this.#options.clock.schedule(batchAgeMs, () => this.#writeBatch());
  }

  /** Resolves once all lines so far are out, or after `withinMs`, when those still waiting are dropped. */
  flush(withinMs: number): Promise<void> {
    this.#writeBatch();
    if (this.#writingLength === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => {
        this.#drop(this.#waiting.length);
        resolve();
      }, withinMs);
      this.#onIdle.push(() => {
        clearTimeout(giveUp);
        resolve();
      });
    });
  }

  #writeBatch(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#writingLength > 0 || this.#waiting.length === 0) return;
    const lines = this.#waiting.length;
    const batch = this.#waiting.join('');
    this.#waiting = [];
    this.#waitingLength = 0;
    this.#writingLength = batch.length;
    this.#options.destination.write(batch, (written) => this.#batchDone(written ? 0 : lines));
  }

  #batchDone(linesLost: number): void {
    this.#writingLength = 0;
    if (linesLost > 0) this.#options.onDropped(linesLost);
    if (this.#waiting.length > 0) {
      this.#writeBatch();
      return;
    }
    const idle = this.#onIdle;
    this.#onIdle = [];
    for (const resolve of idle) resolve();
  }

  #drop(lines: number): void {
    this.#waiting = [];
    this.#waitingLength = 0;
    if (lines > 0) this.#options.onDropped(lines);
  }
}
