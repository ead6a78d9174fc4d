/** Runs `run` once, after the code that calls this. */
export type Moment = (run: () => void) => void;

/** When all that has arrived in this turn of the event loop was read. */
export const atTurnEnd: Moment = (run) => void setImmediate(run);

/** When all that can go on has come as far as it can: where there is one call alone, it does not wait. */
export const onceIdle: Moment = (run) => process.nextTick(run);

/** Under a backlog one turn may bring thousands: what came first should not wait for all of them. */
const mostAtOnce = 64;

/**
 * Lets calls go on together that come to the same place in one turn of the event loop. Each of their next steps then runs
 * for one after the other, with its code where the processor has it at hand, and what they write wakes whoever reads it
 * once. What that saves is in docs/performance.md.
 */
export class Batch {
  readonly #moment: Moment;
  #open: PromiseWithResolvers<void> | undefined;
  #joined = 0;

  constructor(moment: Moment) {
    this.#moment = moment;
  }

  /** Resolves for all of a batch at once, in the order of their coming. */
  join(): Promise<void> {
    const batch = (this.#open ??= this.#begin());
    this.#joined += 1;
    if (this.#joined === mostAtOnce) this.#open = undefined;
    return batch.promise;
  }

  #begin(): PromiseWithResolvers<void> {
    const batch = Promise.withResolvers<void>();
    this.#joined = 0;
    this.#moment(() => {
      if (this.#open === batch) this.#open = undefined;
      batch.resolve();
    });
    return batch;
  }
}
