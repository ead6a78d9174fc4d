/** Whether the disk takes what is written: what it refuses is a fault, which stands until it takes that. */
export class DiskFault {
  readonly #onChange: (error: Error | undefined) => void;
  #error: Error | undefined;

  constructor(onChange: (error: Error | undefined) => void) {
    this.#onChange = onChange;
  }

  get stands(): boolean {
    return this.#error !== undefined;
  }

  raise(error: Error): void {
    if (this.#error === undefined) this.#onChange(error);
    this.#error = error;
  }

  /** Undefined where the disk refused it. */
  guard<Value>(write: () => Value): Value | undefined {
    try {
      return write();
    } catch (error) {
      this.#raiseUnknown(error);
      return undefined;
    }
  }

  async guardAsync(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#raiseUnknown(error);
    }
  }

  /** Writes what was refused before; the fault is over if the disk takes it now. */
  mend(write: () => void): void {
    if (this.#error === undefined) return;
    try {
      write();
    } catch {
      return;
    }
    this.#error = undefined;
    this.#onChange(undefined);
  }

  #raiseUnknown(error: unknown): void {
    if (!(error instanceof Error)) throw error;
    this.raise(error);
  }
}
