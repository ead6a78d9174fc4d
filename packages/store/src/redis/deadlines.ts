import type { Clock } from '@tollgate/core';

interface Waiting {
  readonly dueMs: number;
  /** Undefined once it is over. */
  reject: ((error: unknown) => void) | undefined;
}

/**
 * Gives up waiting for what takes longer than `timeoutMs`. All wait equally long, so that they are due in the order of their coming,
 * and one timer is enough for any number. What is over is let go at once: it holds the reply, and with it the call.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #lateError: () => unknown;
  /** In the order of their coming, the first of them not over. Redis answers in that order, so that few of the others are. */
  readonly #waiting: Waiting[] = [];
  #isScheduled = false;

  constructor(clock: Clock, timeoutMs: number, lateError: () => unknown) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#lateError = lateError;
  }

  /** As `sent`, or rejects with what `lateError` makes. */
  within<Reply>(sent: Promise<Reply>): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { dueMs: this.#clock.monotonicMs() + this.#timeoutMs, reject };
      this.#waiting.push(waiting);
      this.#schedule(this.#timeoutMs);
      sent.then(
        (reply) => {
          this.#over(waiting);
          resolve(reply);
        },
        (error: unknown) => {
          this.#over(waiting);
          reject(error);
        },
      );
    });
  }

  #over(waiting: Waiting): void {
    waiting.reject = undefined;
    while (this.#waiting.length > 0 && this.#waiting[0]?.reject === undefined) this.#waiting.shift();
  }

  #schedule(afterMs: number): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#clock.schedule(afterMs, () => {
      this.#isScheduled = false;
      this.#sweep();
    });
  }

  /** After a busy spell timers come before sockets: what has arrived meanwhile is read before Redis is found slow. */
  #sweep(): void {
    const nowMs = this.#clock.monotonicMs();
    const first = this.#waiting.findIndex(({ dueMs }) => dueMs > nowMs);
    const due = this.#waiting.splice(0, first === -1 ? Infinity : first);
    const [next] = this.#waiting;
    if (next !== undefined) this.#schedule(Math.max(1, next.dueMs - nowMs));
    setImmediate(() => {
      for (const { reject } of due) reject?.(this.#lateError());
    });
  }
}
