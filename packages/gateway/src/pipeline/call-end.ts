import type { CallSignal } from '@tollgate/upstream';

/** Tells those who work on a call that it has to end: its client left, or this node ends it for the reason given. */
export interface CallEnd {
  readonly signal: CallSignal;
  /** The first time counts. */
  abort(reason?: unknown): void;
}

/** An AbortController as far as a call needs one: Node's, with its events, is a good part of what a call allocates. */
export class LightCallEnd implements CallEnd, CallSignal {
  aborted = false;
  reason: unknown;
  #listeners: readonly (() => void)[] = [];

  get signal(): CallSignal {
    return this;
  }

  abort(reason?: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    // Exactly as long as it is: a list that grows in place makes room for sixteen more.
    this.#listeners = this.#listeners.concat(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    if (this.#listeners.length > 0) this.#listeners = this.#listeners.filter((other) => other !== listener);
  }
}
