import type { AppliedNumbers, Producer } from '@tollgate/core';

interface Applied {
  /** All numbers up to this one were applied. */
  mark: number;
  readonly ahead: Set<number>;
}

/** Which settlements of each producer were applied. */
export class Numbering {
  readonly #producers = new Map<string, Applied>();

  applied({ id, sequence }: Producer): boolean {
    const known = this.#producers.get(id);
    return known !== undefined && (sequence <= known.mark || known.ahead.has(sequence));
  }

  numbers(id: string): AppliedNumbers {
    const { mark = 0, ahead = [] } = this.#producers.get(id) ?? {};
    return { mark, ahead: new Set(ahead) };
  }

  note({ id, sequence }: Producer): void {
    const known = this.#producers.get(id) ?? { mark: 0, ahead: new Set() };
    this.#producers.set(id, known);
    known.ahead.add(sequence);
    while (known.ahead.delete(known.mark + 1)) known.mark += 1;
  }
}
