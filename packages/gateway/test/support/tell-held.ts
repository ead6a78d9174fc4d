/** Loaded into a node by NODE_OPTIONS: at each SIGUSR2 it collects what is dead, and prints how many bytes are alive. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// Code that is compiled, flushed or learned of while calls are made would be bytes that come and go as well.
const settled = ['--no-opt', '--no-maglev', '--no-sparkplug', '--no-lazy-feedback-allocation', '--no-flush-bytecode'];
for (const flag of ['--expose-gc', ...settled]) setFlagsFromString(flag);
const collect: unknown = runInNewContext('gc');
if (typeof collect !== 'function') throw new TypeError('there is no collector to call');
let asked = 0;

process.on('SIGUSR2', () => {
  collect();
  // What the first collection finalized is let go by the second.
  setImmediate(() => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    asked += 1;
    console.log(`look ${asked}: ${heapUsed + external} bytes are held`);
  });
});
