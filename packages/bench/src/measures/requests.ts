import { costOfCalls, type Measure } from './bench.ts';

/** Whole answers to small requests, as many at once as keep the contestant busy. */
export const smallRequests: Measure = {
  name: 'requests',
  run: async (running, bench) => {
    // However short the run: a process that still compiles its code costs a fifth more, and one with much code does so for long.
    const warming = { ...bench, scale: 1, withinMs: bench.withinMs === undefined ? undefined : 2 * bench.withinMs };
    await costOfCalls(running, warming, { calls: 24_000 });
    const { cpuUs, answered, elapsedMs, failed } = await costOfCalls(running, bench, { calls: 12_000 });
    return { cpuUs, perSecond: (answered / elapsedMs) * 1000, perCore: 1e6 / cpuUs, failures: failed };
  },
};

/** Whole answers to larger requests. */
export const largeRequests: Measure = {
  name: 'bodies',
  run: async (running, bench) => {
    const middle = await costOfCalls(running, bench, { calls: 4000, shape: { bytes: 10_000 } });
    const shape = { bytes: 300_000 };
    await costOfCalls(running, bench, { calls: 300, shape, callers: 8 });
    const large = await costOfCalls(running, bench, { calls: 800, shape, callers: 8 });
    return { cpuUs10KB: middle.cpuUs, cpuUs300KB: large.cpuUs, failures: middle.failed + large.failed };
  },
};
