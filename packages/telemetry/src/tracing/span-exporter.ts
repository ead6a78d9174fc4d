import type { Clock } from '@tollgate/core';
import type { Span } from './span.ts';

export interface SpanExporterOptions {
  /** Sends a batch; resolves with how many of it the collector refused, rejects where it took none. */
  readonly send: (batch: readonly Span[]) => Promise<number>;
  readonly clock: Clock;
  /** Spans that are not out and never will be: the collector is too slow, away, or refused them. */
  readonly onDropped: (spans: number) => void;
  /** Told when the collector stops taking spans, with why, and when it takes them again. */
  readonly onTrouble: (error: unknown) => void;
  readonly onRecovered: () => void;
}

const mostWaiting = 8192;
const mostInBatch = 512;
const batchAgeMs = 1000;

/**
 * Spans on their way to a collector. One batch is sent at a time; what comes meanwhile waits, up to a bound, and
 * beyond it new spans are dropped and counted. Adding one never waits for the collector. A batch that it does
 * not take is dropped too: a trace is worth less than the memory that a long outage would fill.
 */
export class SpanExporter {
  readonly #options: SpanExporterOptions;
  #waiting: Span[] = [];
  #isSending = false;
  #isFailing = false;
  #cancelTimer: (() => void) | undefined;
  #onIdle: (() => void)[] = [];

  constructor(options: SpanExporterOptions) {
    this.#options = options;
  }

  add(spans: readonly Span[]): void {
    if (this.#waiting.length + spans.length > mostWaiting) {
      this.#options.onDropped(spans.length);
      return;
    }
    this.#waiting.push(...spans);
    if (this.#waiting.length >= mostInBatch) this.#sendBatch();
    else this.#cancelTimer ??= this.#options.clock.schedule(batchAgeMs, () => this.#sendBatch());
  }

  /** Resolves once all spans so far are out, or after `withinMs`, when those still waiting are dropped. */
  async flush(withinMs: number): Promise<void> {
    this.#sendBatch();
    if (!this.#isSending) return;
    await new Promise<void>((resolve) => {
      const giveUp = this.#options.clock.schedule(withinMs, () => {
        this.#drop();
        resolve();
      });
      this.#onIdle.push(() => {
        giveUp();
        resolve();
      });
    });
  }

  #sendBatch(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#isSending || this.#waiting.length === 0) return;
    this.#isSending = true;
    const batch = this.#waiting.splice(0, mostInBatch);
    this.#options.send(batch).then(
      (refused) => this.#taken(refused),
      (error: unknown) => this.#failed(batch.length, error),
    );
  }

  #taken(refused: number): void {
    if (refused > 0) this.#options.onDropped(refused);
    if (this.#isFailing) this.#options.onRecovered();
    this.#isFailing = false;
    this.#sent();
  }

  #failed(spans: number, error: unknown): void {
    this.#options.onDropped(spans);
    if (!this.#isFailing) this.#options.onTrouble(error);
    this.#isFailing = true;
    this.#sent();
  }

  #sent(): void {
    this.#isSending = false;
    if (this.#waiting.length > 0) {
      this.#sendBatch();
      return;
    }
    const idle = this.#onIdle;
    this.#onIdle = [];
    for (const resolve of idle) resolve();
  }

  #drop(): void {
    const spans = this.#waiting.length;
    this.#waiting = [];
    if (spans > 0) this.#options.onDropped(spans);
  }
}
