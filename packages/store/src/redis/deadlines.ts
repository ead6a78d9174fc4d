import type { Clock } from '@tollgate/core';

interface Waiting {
  readonly dueMs: number;
  readonly expire: () => void;
  isOver: boolean;
}

/**
 * Gives up waiting for what takes longer than `timeoutMs`. All wait equally long, so that they are due in the order of their coming,
 * and one timer is enough for any number.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  #waiting: Waiting[] = [];
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
        isOver: false,
      };
      this.#waiting.push(waiting);
      this.#schedule(this.#timeoutMs);
      sent.then(
        (reply) => {
          waiting.isOver = true;
          resolve(reply);
        },
        (error: unknown) => {
          waiting.isOver = true;
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
    const isDue = ({ dueMs }: Waiting): boolean => dueMs <= nowMs;
    const due = this.#waiting.filter((waiting) => !waiting.isOver && isDue(waiting));
    this.#waiting = this.#waiting.filter((waiting) => !waiting.isOver && !isDue(waiting));
    setImmediate(() => {
      for (const waiting of due) if (!waiting.isOver) waiting.expire();
    });
    const [next] = this.#waiting;
    if (next !== undefined) this.#schedule(Math.max(1, next.dueMs - nowMs));
  }
}
