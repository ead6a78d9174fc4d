import { setTimeout as elapsed } from 'node:timers/promises';
import type { Running } from '../contestants/contestant.ts';
import { processCost } from '../processes/process-cost.ts';
import { callTo, type Bench, type Measure } from './bench.ts';
import type { Figures } from './figures.ts';

interface Plan {
  readonly streams: number;
  readonly everyMs: number;
  readonly openPerSecond: number;
  readonly watchMs: number;
}

/** Paced streams, watched once all are open: what a frame costs, and whether each comes in time. */
async function watchStreams(running: Running, bench: Bench, plan: Plan) {
  const { streams, everyMs, openPerSecond, watchMs } = plan;
  const frames = Math.ceil(120_000 / everyMs);
  const call = callTo(running, { shape: { stream: { frames, everyMs } } });
  const residentBefore = processCost(running.pid).residentBytes;
  const opened = await bench.streams({ kind: 'openStreams', call, streams, perSecond: openPerSecond });
  await elapsed(1000);
  const before = processCost(running.pid);
  const watched = await bench.streams({ kind: 'watchStreams', durationMs: watchMs, everyMs });
  const after = processCost(running.pid);
  const { open } = await bench.streams({ kind: 'closeStreams' });
  await elapsed(500);
  return {
    open: Math.min(opened.open, open),
    stalled: watched.stalled,
    framesPerSecond: (watched.frames / watched.elapsedMs) * 1000,
    frameCpuUs: (after.cpuUs - before.cpuUs) / Math.max(1, watched.frames),
    streamKB: (after.residentBytes - residentBefore) / 1024 / streams,
  };
}

const pace = { everyMs: 20, openPerSecond: 1000 };

/** Who comes off how well where everything is busy takes a while to show. */
const leastScale = 0.5;

/** A thousand streams at 50 frames a second through one process; the frame's cost at a fifth of them, where nothing queues. */
export const pacedStreams: Measure = {
  name: 'paced-streams',
  run: async (running, bench): Promise<Figures> => {
    const few = await watchStreams(running, bench, { ...pace, streams: 200, watchMs: 5000 * bench.scale });
    if (few.open === 0) return { failures: 200 };
    const many = await watchStreams(running, bench, {
      ...pace,
      streams: 1000,
      watchMs: 5000 * Math.max(bench.scale, leastScale),
    });
    return { frameCpuUs: few.frameCpuUs, framesPerSecond: many.framesPerSecond, stalledStreams: many.stalled };
  },
};

/** As many as a limit of 20,000 descriptors lets one process hold, each of which needs two. */
const mostStreams = 9500;

export const openStreams: Measure = {
  name: 'open-streams',
  run: async (running, bench): Promise<Figures> => {
    const plan = { streams: mostStreams, everyMs: 1000, openPerSecond: 1000, watchMs: 10_000 };
    const held = await watchStreams(running, bench, plan);
    return { openStreams: held.open - held.stalled, streamKB: held.streamKB };
  },
};
