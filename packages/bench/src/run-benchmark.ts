import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contestant, Running } from './contestants/contestant.ts';
import type { Bench, Measure } from './measures/bench.ts';
import type { Figure, Figures } from './measures/figures.ts';
import type { ContestantResult } from './report/results.ts';

export interface Plan {
  readonly contestants: readonly Contestant[];
  readonly measures: readonly Measure[];
  readonly rounds: number;
  readonly bench: Bench;
  readonly say: (line: string) => void;
}

const scrapeEveryMs = 5000;

/** Each round starts every contestant in turn, so that what the machine does meanwhile falls on all of them alike. */
export async function runBenchmark(plan: Plan): Promise<readonly ContestantResult[]> {
  const rounds = new Map<Contestant, Figures[]>(plan.contestants.map((contestant) => [contestant, []]));
  for (let round = 1; round <= plan.rounds; round += 1) {
    // Turned around each time: nobody always comes after the same neighbour.
    const order = round % 2 === 1 ? plan.contestants : plan.contestants.toReversed();
    for (const contestant of order) {
      plan.say(`round ${round} of ${plan.rounds}: ${contestant.name}`);
      rounds.get(contestant)?.push(await measureOnce(contestant, plan));
    }
  }
  return plan.contestants.map((contestant) => ({
    name: contestant.name,
    description: contestant.description,
    rounds: rounds.get(contestant) ?? [],
  }));
}

async function measureOnce(contestant: Contestant, { bench, measures, say }: Plan): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-bench-'));
  const running = await contestant.start({ mockPort: bench.mockPort, directory });
  const scraping = setInterval(() => void running.scrape?.().catch(() => undefined), scrapeEveryMs);
  try {
    return await measureAll(running, { bench, measures, say });
  } finally {
    clearInterval(scraping);
    await running.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureAll(
  running: Running,
  { bench, measures, say }: Pick<Plan, 'bench' | 'measures' | 'say'>,
): Promise<Figures> {
  const figures: Figures = {};
  let failures = 0;
  for (const { name, run } of measures) {
    const measured = await run(running, bench);
    failures += measured.failures ?? 0;
    Object.assign(figures, measured);
    say(`  ${name}: ${Object.entries(measured).map(shown).join(', ')}`);
  }
  return { ...figures, failures };
}

const shown = ([figure, value]: [string, Figures[Figure]]): string => `${figure} ${value?.toPrecision(4)}`;
