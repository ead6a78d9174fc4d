import { once, EventEmitter } from 'node:events';
import type { AnswerProgress, AnswerReceiver, AttemptError } from '@tollgate/core';

/** A receiver that keeps what it is told, and whose turns can be awaited. */
export class RecordedAnswer implements AnswerReceiver {
  readonly #events = new EventEmitter();
  readonly #chunks: Buffer[] = [];
  error: AttemptError | undefined;
  progress: AnswerProgress | undefined;
  /** How often the answer was said to be over. */
  endings = 0;

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  get bytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  onBytes(bytes: Buffer, progress: AnswerProgress): void {
    this.#chunks.push(bytes);
    this.progress = progress;
    this.#events.emit('bytes');
  }

  onEnd(progress: AnswerProgress): void {
    this.#finish(progress);
  }

  onFailure(error: AttemptError, progress: AnswerProgress): void {
    this.error = error;
    this.#finish(progress);
  }

  /** Resolves with the next bytes. */
  async nextBytes(): Promise<void> {
    await once(this.#events, 'bytes');
  }

  /** Resolves once the answer has ended or failed. */
  async over(): Promise<this> {
    if (this.endings === 0) await once(this.#events, 'over');
    return this;
  }

  #finish(progress: AnswerProgress): void {
    this.progress = progress;
    this.endings += 1;
    this.#events.emit('over');
  }
}
