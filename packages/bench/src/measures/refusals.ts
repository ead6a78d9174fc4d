import { costOfCalls, type Measure } from './bench.ts';

/** What it costs to say no, and to try a second target. */
export const refusals: Measure = {
  name: 'refusals',
  run: async (running, bench) => {
    if (running.refusals === undefined || running.fallbackModel === undefined) return {};
    const { wrongKey, limitedKey } = running.refusals;
    // A wrong key is counted against its address, which is why there is more than one status.
    const warmUp = { ...bench, scale: 1 };
    await costOfCalls(running, warmUp, { calls: 3000, headers: wrongKey, expected: 401 });
    const unknown = await costOfCalls(running, bench, { calls: 4000, headers: wrongKey, expected: 401 });
    await costOfCalls(running, warmUp, { calls: 3000, headers: limitedKey, expected: 429 });
    const limited = await costOfCalls(running, bench, { calls: 6000, headers: limitedKey, expected: 429 });
    const answered = await costOfCalls(running, bench, { calls: 6000 });
    const twice = await costOfCalls(running, bench, { calls: 6000, shape: { model: running.fallbackModel } });
    return {
      cpuUs401: unknown.cpuUs,
      cpuUs429: limited.cpuUs,
      attemptCpuUs: twice.cpuUs - answered.cpuUs,
      failures: twice.failed,
    };
  },
};
