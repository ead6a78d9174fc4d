import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contestant, Running } from './contestants/contestant.ts';
import type { Bench, Measure } from './measures/bench.ts';
import { figureNames, type Figures } from './measures/figures.ts';
import type { ContestantResult } from './report/results.ts';
import { spreadOf } from './report/statistics.ts';

export interface Plan {
  readonly contestants: readonly Contestant[];
  readonly measures: readonly Measure[];
  /** How often everything is started anew. */
  readonly rounds: number;
  /** How often a round measures everything; it counts with its medians. */
  readonly passes: number;
  readonly bench: Bench;
  readonly say: (line: string) => void;
}

interface Started {
  readonly name: string;
  readonly running: Running;
  readonly passes: Figures[];
  readonly stop: () => Promise<void>;
}

const scrapeEveryMs = 5000;

/**
 * In each round all contestants are started, and each measure is taken of one after the other, so that what the
 * machine does meanwhile falls on all of them alike. Those that wait are idle.
 */
export async function runBenchmark(plan: Plan): Promise<readonly ContestantResult[]> {
  const rounds = new Map<string, Figures[]>(plan.contestants.map(({ name }) => [name, []]));
  for (let round = 1; round <= plan.rounds; round += 1) {
    plan.say(`round ${round} of ${plan.rounds}`);
    for (const [name, figures] of await runRound(plan, round)) rounds.get(name)?.push(figures);
  }
  return plan.contestants.map(({ name, description }) => ({ name, description, rounds: rounds.get(name) ?? [] }));
}

async function runRound(plan: Plan, round: number): Promise<ReadonlyMap<string, Figures>> {
  const started: Started[] = [];
  try {
    for (const contestant of plan.contestants) started.push(await start(contestant, plan.bench));
    // Turned around each time: nobody always comes after the same neighbour.
    const order = round % 2 === 1 ? started : started.toReversed();
    for (let pass = 0; pass < plan.passes; pass += 1) await runPass(order, plan);
  } finally {
    for (const { stop } of started) await stop();
  }
  return new Map(started.map(({ name, passes }) => [name, medians(passes)]));
}

async function start({ name, start: startContestant }: Contestant, { mockPort }: Bench): Promise<Started> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-bench-'));
  const running = await startContestant({ mockPort, directory });
  const scraping = setInterval(() => void running.scrape?.().catch(() => undefined), scrapeEveryMs);
  return {
    name,
    running,
    passes: [],
    stop: async () => {
      clearInterval(scraping);
      await running.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function runPass(order: readonly Started[], { measures, bench, say }: Plan): Promise<void> {
  const figures = new Map<Started, Figures>(order.map((started) => [started, {}]));
  for (const measure of measures) {
    for (const started of order) {
      const measured = await measure.run(started.running, bench);
      const sofar = figures.get(started) ?? {};
      const failures = (sofar.failures ?? 0) + (measured.failures ?? 0);
      figures.set(started, { ...sofar, ...measured, failures });
      say(`  ${measure.name}, ${started.name}: ${shown(measured)}`);
    }
  }
  for (const [{ passes }, measured] of figures) passes.push(measured);
}

const medians = (passes: readonly Figures[]): Figures =>
  Object.fromEntries(
    figureNames.flatMap((figure) => {
      const values = passes.map((pass) => pass[figure]).filter((value) => value !== undefined);
      return values.length === 0 ? [] : [[figure, spreadOf(values).median]];
    }),
  );

const shown = (measured: Figures): string =>
  Object.entries(measured)
    .map(([figure, value]) => `${figure} ${value.toPrecision(4)}`)
    .join(', ');
