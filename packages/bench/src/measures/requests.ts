import { costOfCalls, type Measure } from './bench.ts';

/** Whole answers, by the size of the request. */
export const requests: Measure = {
  name: 'requests',
  run: async (running, bench) => {
    await costOfCalls(running, bench, { calls: 6000 });
    const small = await costOfCalls(running, bench, { calls: 12_000 });
    const middle = await costOfCalls(running, bench, { calls: 4000, shape: { bytes: 10_000 } });
    await costOfCalls(running, bench, { calls: 300, shape: { bytes: 300_000 }, callers: 8 });
    const large = await costOfCalls(running, bench, { calls: 800, shape: { bytes: 300_000 }, callers: 8 });
    return {
      cpuUs: small.cpuUs,
      perSecond: (small.answered / small.elapsedMs) * 1000,
      perCore: 1e6 / small.cpuUs,
      cpuUs10KB: middle.cpuUs,
      cpuUs300KB: large.cpuUs,
      failures: small.failed + middle.failed + large.failed,
    };
  },
};
