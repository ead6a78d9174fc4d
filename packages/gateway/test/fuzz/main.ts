/** `npm run fuzz [-- --seed N --seconds S]`: as the suite's bounded form, for as long as is wanted. Prints the seed, so that a failure can be had again. */
import { parseArgs } from 'node:util';
import { systemClock } from '@tollgate/core';
import { fuzzGateway } from './fuzz-gateway.ts';

const { values } = parseArgs({ options: { seed: { type: 'string' }, seconds: { type: 'string' } } });
const seed = Number(values.seed ?? systemClock.nowMs() % 1_000_000);
const seconds = Number(values.seconds ?? 60);
if (!Number.isInteger(seed) || !(seconds > 0))
  throw new RangeError('--seed has to be a whole number, --seconds more than 0');
console.log(`fuzzing for ${seconds} s with seed ${seed}`);
const endMs = systemClock.monotonicMs() + seconds * 1000;
const report = await fuzzGateway({
  seed,
  goesOn: () => systemClock.monotonicMs() < endMs,
  atOnce: 16,
  hugeBytes: 50 * 2 ** 20,
});
console.log(`${report.calls} calls`);
console.log('answers by status:', Object.fromEntries(report.statuses));
console.log('by outcome or error:', Object.fromEntries(report.outcomes));
console.log('bytes held, warm and at the end:', report.heldBytes);
