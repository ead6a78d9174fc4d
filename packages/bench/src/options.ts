import { parseArgs } from 'node:util';

export interface Options {
  /** Fewer rounds, fewer calls, no thousands of open streams. */
  readonly quick: boolean;
  readonly rounds: number;
  readonly passes: number;
  /** Of the usual number of calls. */
  readonly scale: number;
  /** Names of contestants and of measures; undefined: all. */
  readonly contestants: readonly string[] | undefined;
  readonly measures: readonly string[] | undefined;
  /** What `deploy/image/bundle.ts` made of other sources, to compare with. */
  readonly baseline: string | undefined;
  readonly outDirectory: string | undefined;
}

export const usage = `npm run bench [-- options]
  --quick                   under two minutes, for a first look: without tollgate-bare and commands on PATH
  --rounds <n>              how often each contestant is started and measured (5; quick: 1)
  --passes <n>              how often a round measures each of them; it counts with the medians (1)
  --scale <factor>          of the usual number of calls (1; quick: 0.3)
  --contestants <a,b>       only these
  --measures <a,b>          only these
  --baseline <directory>    a bundle of other sources (deploy/image/bundle.ts), to compare with
  --out <directory>         where bench.json and bench.md go (packages/bench/.results)`;

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      passes: { type: 'string' },
      scale: { type: 'string' },
      baseline: { type: 'string' },
      contestants: { type: 'string' },
      measures: { type: 'string' },
      out: { type: 'string' },
    },
  });
  return {
    quick: values.quick,
    rounds: Number(values.rounds ?? (values.quick ? 1 : 5)),
    passes: Number(values.passes ?? 1),
    scale: Number(values.scale ?? (values.quick ? 0.3 : 1)),
    baseline: values.baseline,
    contestants: values.contestants?.split(','),
    measures: values.measures?.split(','),
    outDirectory: values.out,
  };
}
