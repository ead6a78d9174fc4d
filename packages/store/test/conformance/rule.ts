import { test } from 'node:test';
import type { Bench, OpenBench } from './bench.ts';

/** Declares a test of one store, with a bench of its own. */
export const rulesOf =
  (name: string, open: OpenBench) =>
  (title: string, run: (bench: Bench) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      await using bench = await open();
      await run(bench);
    });
  };
