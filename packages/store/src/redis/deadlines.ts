import type { Clock } from '@tollgate/core';

interface Waiting {
  readonly dueMs: number;
  /** Undefined once it is over. */
  expire: (() => void) | undefined;
}

/**
 * Gives up waiting for what takes longer than `timeoutMs`. All wait equally long, so that they are due in the order of their coming,
 * and one timer is enough for any number. What is over is let go at once: it holds the reply, and with it the call.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  /** In the order of their coming, with those that are over until they are due. */
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
      };
      this.#waiting.push(waiting);
      this.#schedule(this.#timeoutMs);
      sent.then(
        (reply) => {
          waiting.expire = undefined;
          resolve(reply);
        },
        (error: unknown) => {
          waiting.expire = undefined;
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
    const due = this.#takeUntil(nowMs);
    const [next] = this.#waiting;
    if (next !== undefined) this.#schedule(Math.max(1, next.dueMs - nowMs));
    setImmediate(() => {
      for (const waiting of due) waiting.expire?.();
    });
  }

  /** Those that are due by then and not over; what is over goes with them. */
  #takeUntil(nowMs: number): readonly Waiting[] {
    const isLater = ({ dueMs, expire }: Waiting): boolean => dueMs > nowMs && expire !== undefined;
    const first = this.#waiting.findIndex(isLater);
    const passed = this.#waiting.splice(0, first === -1 ? Infinity : first);
    return passed.filter(({ expire }) => expire !== undefined);
  }
}
