import { setTimeout as elapsed } from 'node:timers/promises';
import { processCost } from '../processes/process-cost.ts';
import type { Measure } from './bench.ts';

const megabyte = 1024 * 1024;

/** Right after the start: how long that took, and what an idle process holds. */
export const idle: Measure = {
  name: 'idle',
  run: async (running) => {
    await elapsed(1000);
    return { firstAnswerMs: running.firstAnswerMs, idleMB: processCost(running.pid).residentBytes / megabyte };
  },
};

/** After the others. */
export const afterLoad: Measure = {
  name: 'after-load',
  run: async (running) => {
    await elapsed(2000);
    return { loadedMB: processCost(running.pid).residentBytes / megabyte };
  },
};
