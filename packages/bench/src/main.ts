/** `npm run bench`: Tollgate, the floor under it and its peers, measured on this machine in one run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from './contestants/contestant.ts';
import { floor } from './contestants/floor.ts';
import { nginx } from './contestants/nginx.ts';
import { peers } from './contestants/peers.ts';
import { portkey } from './contestants/portkey.ts';
import { tollgateBare } from './contestants/tollgate-bare.ts';
import { baselineTollgate, tollgate } from './contestants/tollgate.ts';
import type { LoadReport, StreamReport } from './load/jobs.ts';
import type { Bench, Measure } from './measures/bench.ts';
import { firstByte, latency, loadedLatency } from './measures/latency.ts';
import { redisCosts } from './measures/redis.ts';
import { refusals } from './measures/refusals.ts';
import { largeRequests, smallRequests } from './measures/requests.ts';
import { afterLoad, idle } from './measures/resources.ts';
import { openStreams, pacedStreams } from './measures/streams.ts';
import { readOptions, usage, type Options } from './options.ts';
import { forkModule } from './processes/child.ts';
import { portOf } from './processes/port-of.ts';
import { markdownOf } from './report/markdown.ts';
import { readMachine } from './report/read-machine.ts';
import { runBenchmark } from './run-benchmark.ts';

const everyone: readonly Contestant[] = [floor, nginx, portkey, tollgateBare, tollgate, ...peers];

/** What a first look compares; the baseline joins where one is given. */
const quickContestants: readonly string[] = ['floor', 'nginx', 'portkey', 'tollgate', 'baseline'];

const quickMeasures: readonly Measure[] = [
  idle,
  smallRequests,
  largeRequests,
  latency,
  firstByte,
  pacedStreams,
  refusals,
  redisCosts,
];
const allMeasures: readonly Measure[] = [...quickMeasures, loadedLatency, afterLoad, openStreams];

/** Enough to be warm, and for a thousand calls at the least. */
const quickLoopMs = 2_500;

async function main(options: Options): Promise<void> {
  const { chosen, missing } = chooseContestants(options);
  const measures = (options.quick ? quickMeasures : allMeasures).filter(
    ({ name }) => options.measures?.includes(name) ?? true,
  );
  const mock = await forkModule(join(import.meta.dirname, 'mock', 'mock-process.ts'), []);
  const { child: load } = await forkModule(join(import.meta.dirname, 'load', 'load-process.ts'), []);
  const bench: Bench = {
    mockPort: portOf(mock.ready),
    scale: options.scale,
    ...(options.quick ? { withinMs: quickLoopMs } : {}),
    // The load process answers each kind of job with its kind of report (load/jobs.ts).
    load: (job) => load.ask<LoadReport>(job),
    streams: (job) => load.ask<StreamReport>(job),
  };
  const results = {
    machine: readMachine(),
    quick: options.quick,
    missing,
    contestants: await runBenchmark({
      contestants: chosen,
      measures,
      rounds: options.rounds,
      passes: options.passes,
      bench,
      say: console.error,
    }),
  };
  await load.stop();
  await mock.child.stop();
  const directory = options.outDirectory ?? join(import.meta.dirname, '..', '.results');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'bench.json'), JSON.stringify(results, undefined, 2));
  writeFileSync(join(directory, 'bench.md'), markdownOf(results));
  console.log(markdownOf(results));
}

function chooseContestants({ contestants, baseline, quick }: Options) {
  const wanted = contestants ?? (quick ? quickContestants : undefined);
  const chosen: Contestant[] = [];
  const missing: Record<string, string> = {};
  const all = baseline === undefined ? everyone : [...everyone, baselineTollgate(baseline)];
  for (const contestant of all) {
    if (wanted?.includes(contestant.name) === false) continue;
    const why = contestant.missing();
    if (why === undefined) chosen.push(contestant);
    else missing[contestant.name] = why;
  }
  return { chosen, missing };
}

// All that was started is ended when this process exits, which it does not do by itself where a signal ends it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

if (process.argv.includes('--help')) console.log(usage);
else await main(readOptions(process.argv.slice(2)));
