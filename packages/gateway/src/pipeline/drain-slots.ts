/** Each reads an answer that nobody waits for: beyond this many at once the next one is ended instead. */
const defaultMost = 100;

/** How many answers of clients that left are being read to their end, over all requests of a node. */
export class DrainSlots {
  readonly #most: number;
  #taken = 0;

  constructor(most = defaultMost) {
    this.#most = most;
  }

  /** What is taken has to be given back once. */
  tryTake(): boolean {
    if (this.#taken >= this.#most) return false;
    this.#taken += 1;
    return true;
  }

  giveBack(): void {
    this.#taken -= 1;
  }
}
