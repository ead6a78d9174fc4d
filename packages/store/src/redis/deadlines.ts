import type { Clock } from '@tollgate/core';

interface Waiting {
  readonly dueMs: number;
  readonly expire: () => void;
}

/**
 * Gives up waiting for what takes longer than `timeoutMs`. All wait equally long, so that they are due in the order of their coming,
 * and one timer is enough for any number. What is over is let go at once: it holds the reply, and with it the call.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  /** In the order of their coming, which is that of a Set. */
  readonly #waiting = new Set<Waiting>();
  #isScheduled = false;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** As `sent`, or rejects with what `lateError` makes. */
  within<Reply>(sent: Promise<Reply>, lateError: () => unknown): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        dueMs: this.#clock.monotonicMs() + this.#timeoutMs,
        expire: () => reject(lateError()),
      };
      this.#waiting.add(waiting);
      this.#schedule(this.#timeoutMs);
      sent.then(
        (reply) => {
          this.#waiting.delete(waiting);
          resolve(reply);
        },
        (error: unknown) => {
          this.#waiting.delete(waiting);
          reject(error);
        },
      );
    });
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
    const due: Waiting[] = [];
    for (const waiting of this.#waiting) {
      if (waiting.dueMs > nowMs) {
        this.#schedule(Math.max(1, waiting.dueMs - nowMs));
        break;
      }
      due.push(waiting);
    }
    setImmediate(() => {
      for (const waiting of due) if (this.#waiting.delete(waiting)) waiting.expire();
    });
  }
}
