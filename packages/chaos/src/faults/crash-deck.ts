import type { Dice } from '../dice.ts';
import { type CrashPlace, type PlannedCrash } from './crash-points.ts';

/** Deals every crash point in a random order, and then again, so that each comes up about as often. */
export class CrashDeck {
  readonly #points: Readonly<Record<string, CrashPlace>>;
  readonly #dice: Dice;
  readonly #latest: number;
  #left: string[] = [];

  /** `latest`: the last visit of a point that a process may die at; it dies at one of the first. */
  constructor(points: Readonly<Record<string, CrashPlace>>, { dice, latest }: { dice: Dice; latest: number }) {
    this.#points = points;
    this.#dice = dice;
    this.#latest = latest;
  }

  deal(): PlannedCrash | undefined {
    if (this.#left.length === 0) this.#left = this.#dice.shuffled(Object.keys(this.#points));
    const name = this.#left.pop();
    const place = name === undefined ? undefined : this.#points[name];
    return name === undefined || place === undefined
      ? undefined
      : { name, place, visit: this.#dice.whole(2, this.#latest) };
  }
}
