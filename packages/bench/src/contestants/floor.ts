import { join } from 'node:path';
import { forkModule } from '../processes/child.ts';
import { portOf } from '../processes/port-of.ts';
import type { Contestant } from './contestant.ts';
import { firstAnswerMs } from './first-answer.ts';

const path = '/v1/chat/completions';

export const floor: Contestant = {
  name: 'floor',
  description: 'node:http, JSON.parse, undici.Pool, and nothing else',
  missing: () => undefined,
  start: async ({ mockPort }) => {
    const startedMs = performance.now();
    const { child, ready } = await forkModule(join(import.meta.dirname, 'floor-process.ts'), [
      `http://127.0.0.1:${mockPort}`,
    ]);
    const at = { port: portOf(ready), path, headers: {} };
    await firstAnswerMs(at);
    return { ...at, pid: child.pid, firstAnswerMs: performance.now() - startedMs, stop: () => child.stop() };
  },
};
