import { costOfCalls, type Bench, type Measure } from './bench.ts';

/**
 * However short the run: a process that still compiles its code costs a fifth more, and one with much code does so for long. Where time is short,
 * so many times as long as a measure.
 */
const warming = (bench: Bench, times: number): Bench => ({
  ...bench,
  scale: 1,
  withinMs: bench.withinMs === undefined ? undefined : times * bench.withinMs,
});

/** Whole answers to small requests, as many at once as keep the contestant busy. */
export const smallRequests: Measure = {
  name: 'requests',
  run: async (running, bench) => {
    await costOfCalls(running, warming(bench, 2), { calls: 24_000 });
    const { cpuUs, answered, elapsedMs, failed } = await costOfCalls(running, bench, { calls: 12_000 });
    return { cpuUs, perSecond: (answered / elapsedMs) * 1000, perCore: 1e6 / cpuUs, failures: failed };
  },
};

/** Whole answers to larger requests. */
export const largeRequests: Measure = {
  name: 'bodies',
  run: async (running, bench) => {
    const middleShape = { bytes: 10_000 };
    await costOfCalls(running, warming(bench, 0.3), { calls: 4000, shape: middleShape });
    const middle = await costOfCalls(running, bench, { calls: 4000, shape: middleShape });
    const shape = { bytes: 300_000 };
    await costOfCalls(running, warming(bench, 0.3), { calls: 800, shape, callers: 8 });
    const large = await costOfCalls(running, bench, { calls: 800, shape, callers: 8 });
    return { cpuUs10KB: middle.cpuUs, cpuUs300KB: large.cpuUs, failures: middle.failed + large.failed };
  },
};
