/** Names of members that have no counterpart and were left out, each once, in the order they were met. */
export class DroppedFields {
  readonly #names = new Set<string>();

  add(name: string): void {
    this.#names.add(name);
  }

  get names(): readonly string[] {
    return [...this.#names];
  }
}
