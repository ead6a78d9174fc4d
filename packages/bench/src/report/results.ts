import type { Figure, Figures } from '../measures/figures.ts';
import { spreadOf, type Spread } from './statistics.ts';

export interface ContestantResult {
  readonly name: string;
  readonly description: string;
  /** Of each round. */
  readonly rounds: readonly Figures[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly kernel: string;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string;
}

export interface Results {
  readonly machine: Machine;
  readonly quick: boolean;
  readonly contestants: readonly ContestantResult[];
  /** Why the others are not there. */
  readonly missing: Readonly<Record<string, string>>;
}

/** Undefined where the figure was not measured. */
export function figureOf(results: Results, contestant: string, figure: Figure): Spread | undefined {
  const found = results.contestants.find(({ name }) => name === contestant);
  const values = found?.rounds.map((round) => round[figure]).filter((value) => value !== undefined) ?? [];
  return values.length === 0 ? undefined : spreadOf(values);
}

/**
 * The ratio of two figures, round by round: what a round does to the machine it does to both. Undefined where one of
 * them was not measured.
 */
export function ratioOf(
  results: Results,
  above: { readonly contestant: string; readonly figure: Figure },
  below: { readonly contestant: string; readonly figure: Figure },
): Spread | undefined {
  const rounds = (name: string): readonly Figures[] =>
    results.contestants.find((contestant) => contestant.name === name)?.rounds ?? [];
  const lower = rounds(below.contestant);
  const ratios = rounds(above.contestant).flatMap((round, index) => {
    const [a, b] = [round[above.figure], lower[index]?.[below.figure]];
    return a === undefined || b === undefined ? [] : [a / b];
  });
  return ratios.length === 0 ? undefined : spreadOf(ratios);
}
