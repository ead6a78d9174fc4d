import type { AnswerProgress } from '@tollgate/core';

export interface FirstContentGateOptions {
  /** A stream passes from its first content on, a whole answer only once it is whole. */
  readonly streams: boolean;
  readonly maxHeldBytes: number;
}

/** `held`: nothing was committed yet. `open`: content came. `overfull`: too much came before it. */
export type GateState = 'held' | 'open' | 'overfull';

/**
 * Holds an answer's bytes back until there is content among them. Comments, pings and lifecycle
 * events come before an overload error as well as before an answer; as long as nothing but these
 * arrived, the caller has seen nothing and another target may still answer.
 */
export class FirstContentGate {
  readonly #options: FirstContentGateOptions;
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(options: FirstContentGateOptions) {
    this.#options = options;
  }

  hold(bytes: Buffer, progress: AnswerProgress): GateState {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#options.streams && progress.contentSeen) return 'open';
    return this.#heldBytes > this.#options.maxHeldBytes ? 'overfull' : 'held';
  }

  /** All that was held, handed over: the gate keeps nothing. */
  release(): Buffer {
    const [first] = this.#held;
    const head = this.#held.length === 1 && first !== undefined ? first : Buffer.concat(this.#held, this.#heldBytes);
    this.#held = [];
    return head;
  }
}

/** An answer may end without content if the provider said how it ended: an empty answer is one. */
export const isWholeAnswer = (progress: AnswerProgress): boolean =>
  progress.contentSeen || progress.finishReason !== undefined;
