import { createHash } from 'node:crypto';
import type { Random } from '@tollgate/core';

/** The same numbers for the same seed. */
export function seededRandom(seed: string): Random {
  let count = 0;
  return () => {
    count += 1;
    return createHash('sha256').update(`${seed} ${count}`).digest().readUInt32BE(0) / 2 ** 32;
  };
}

/** Ascending places to cut that many bytes at; a few, where no number of them is given. */
export const randomCuts = (
  length: number,
  random: Random,
  count: number = 1 + Math.floor(random() * 12),
): readonly number[] => Array.from({ length: count }, () => Math.floor(random() * length)).toSorted((a, b) => a - b);
