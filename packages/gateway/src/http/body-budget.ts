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

  /** Counts what is here already and cannot be refused, so that what is asked for next can be. */
  hold(bytes: number): void {
    this.#heldBytes += bytes;
  }

  giveBack(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}
