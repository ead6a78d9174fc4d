import type { Running } from '../contestants/contestant.ts';
import type { Call } from '../load/jobs.ts';
import { callTo, costOfCalls, type Bench, type Measure } from './bench.ts';

const calls = 3000;

/** The mock asked without anybody between. */
const directly = (running: Running, { mockPort }: Bench): Running => ({ ...running, port: mockPort });

/** One caller, against the same calls made straight to the mock just before. */
export const latency: Measure = {
  name: 'latency',
  run: async (running, bench) => {
    const one = { calls, callers: 1 };
    const direct = await costOfCalls(directly(running, bench), bench, one);
    const through = await costOfCalls(running, bench, one);
    return {
      addedP50: through.latencyMs.p50 - direct.latencyMs.p50,
      addedP99: through.latencyMs.p99 - direct.latencyMs.p99,
      addedP999: through.latencyMs.p999 - direct.latencyMs.p999,
    };
  },
};

/** Calls at seven tenths of what the contestant carried a moment before. */
export const loadedLatency: Measure = {
  name: 'loaded-latency',
  run: async (running, bench) => {
    const most = await costOfCalls(running, bench, { calls: 6000 });
    const call: Call = callTo(running, {});
    const perSecond = 0.7 * (most.answered / most.elapsedMs) * 1000;
    const report = await bench.load({ kind: 'open', call, perSecond, durationMs: 4000 * bench.scale });
    const { p50, p99, p999 } = report.latencyMs;
    return { loadedP50: p50, loadedP99: p99, loadedP999: p999 };
  },
};

/** Short streams that come at once: when their first byte comes, and what a frame costs in them. */
export const firstByte: Measure = {
  name: 'first-byte',
  run: async (running, bench) => {
    const frames = 100;
    const shape = { stream: { frames, everyMs: 0 } };
    const few = { shape, calls: 400, callers: 1 };
    const direct = await costOfCalls(directly(running, bench), bench, few);
    const through = await costOfCalls(running, bench, few);
    if (through.failed > 0) return { failures: through.failed };
    const many = await costOfCalls(running, bench, { shape, calls: 1000 });
    return {
      addedFirstByte: through.firstByteMs.p50 - direct.firstByteMs.p50,
      burstFrameCpuUs: many.cpuUs / frames,
    };
  },
};
