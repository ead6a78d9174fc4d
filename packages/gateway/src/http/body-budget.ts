import type { ServerResponse } from 'node:http';
import { GatewayError } from '@tollgate/core';

/** Bounds the bytes of all request and answer bodies that this node holds at once. */
export class BodyBudget {
  readonly #limitBytes: () => number;
  #heldBytes = 0;

  constructor(limitBytes: () => number) {
    this.#limitBytes = limitBytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Takes `bytes` or refuses. What is taken or held has to be given back once. */
  take(bytes: number): void {
    if (this.#heldBytes + bytes > this.#limitBytes()) {
      throw new GatewayError('too_many_bytes_in_flight', {
        message: 'This node holds as many bytes of bodies in flight as it may. Try again shortly.',
        retryAfterMs: 1000,
      });
    }
    this.#heldBytes += bytes;
  }

  /** What was taken for an exchange belongs to it until it is over. */
  holdUntilClosed(response: ServerResponse, takenBytes: number): HeldBytes {
    const held = new HeldBytes(this, takenBytes);
    if (response.closed) held.giveBack();
    else response.once('close', () => held.giveBack());
    return held;
  }

  /** Counts what is here already and cannot be refused, so that what is asked for next can be. */
  hold(bytes: number): void {
    this.#heldBytes += bytes;
  }

  giveBack(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}

/** Bytes of bodies that one exchange holds. */
export class HeldBytes {
  readonly #budget: BodyBudget;
  #bytes: number;
  #isOver = false;

  constructor(budget: BodyBudget, takenBytes: number) {
    this.#budget = budget;
    this.#bytes = takenBytes;
  }

  add(bytes: number): void {
    if (this.#isOver) return;
    this.#bytes += bytes;
    this.#budget.hold(bytes);
  }

  /** Part of them is gone before the exchange is over. */
  remove(bytes: number): void {
    if (this.#isOver) return;
    this.#bytes -= bytes;
    this.#budget.giveBack(bytes);
  }

  giveBack(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#budget.giveBack(this.#bytes);
  }
}
