import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forkModule } from '../processes/child.ts';
import { portOf } from '../processes/port-of.ts';
import type { Contestant } from './contestant.ts';
import { firstAnswerMs } from './first-answer.ts';
import { nothingOn } from './tollgate-config.ts';

export const tollgateBare: Contestant = {
  name: 'tollgate-bare',
  description: 'in memory, no limits, no budgets, no journal; authentication, log line and metrics remain',
  missing: () => undefined,
  start: async ({ mockPort, directory }) => {
    const startedMs = performance.now();
    const config = join(directory, 'config.yaml');
    writeFileSync(config, nothingOn(mockPort));
    const { child, ready } = await forkModule(join(import.meta.dirname, 'bare-node-process.ts'), [config]);
    const at = {
      port: portOf(ready),
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${keyOf(ready)}` },
    };
    await firstAnswerMs(at);
    return { ...at, pid: child.pid, firstAnswerMs: performance.now() - startedMs, stop: () => child.stop() };
  },
};

function keyOf(message: unknown): string {
  if (typeof message === 'object' && message !== null && 'key' in message && typeof message.key === 'string') {
    return message.key;
  }
  throw new Error('the node did not say its key');
}
