/**
 * `npm run chaos [-- --seed N --seconds S --short --without SAFEGUARD]`: kills nodes, aggregators and Redis at random for a
 * while and checks that limits, budgets and the ledger held. docs/reliability.md says how to read what it finds.
 */
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { reportDirectory } from './arena.ts';
import { failed, writeReport } from './report.ts';
import { runChaos } from './run-chaos.ts';
import { copyWithout, type BrokenCopy } from './without/broken-copy.ts';
import { safeguards, type Safeguard } from './without/safeguards.ts';

const longSeconds = 400;
const shortSeconds = 20;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string' },
    short: { type: 'boolean', default: false },
    without: { type: 'string' },
  },
});
const whole = z.coerce.number().int().min(1).max(2_147_483_647);
const seed = values.seed === undefined ? 1 + Math.floor(Math.random() * 999_999) : whole.parse(values.seed);
const seconds =
  values.seconds === undefined ? (values.short ? shortSeconds : longSeconds) : whole.parse(values.seconds);

console.log(`chaos: seed ${seed}`);
// Whatever was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const startedMs = Date.now();
const story: string[] = [];
const tell = (line: string): void => {
  const told = `${((Date.now() - startedMs) / 1000).toFixed(1)} s  ${line}`;
  story.push(told);
  console.log(told);
};

const root = fileURLToPath(new URL('../../..', import.meta.url));
function breakSafeguard(name: string): BrokenCopy & { readonly safeguard: Safeguard } {
  const safeguard = safeguards[name];
  if (safeguard === undefined) throw new Error(`--without knows ${Object.keys(safeguards).join(', ')}, not ${name}`);
  tell(`without ${name}: ${safeguard.without}`);
  return { ...copyWithout(safeguard, root), safeguard };
}

const broken = values.without === undefined ? undefined : breakSafeguard(values.without);
const { checks, answers } = await runChaos({
  seed,
  seconds,
  isShort: values.short,
  root: broken?.root ?? root,
  tell,
}).finally(() => broken?.remove());
for (const { name, passed, figures, findings } of checks) {
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name}  ${JSON.stringify(figures)}`);
  for (const finding of findings) console.log(`         ${finding}`);
}
const path = writeReport(reportDirectory(seed), {
  seed,
  isShort: values.short,
  without: values.without,
  startedAt: new Date(startedMs).toISOString(),
  tookSeconds: Math.round((Date.now() - startedMs) / 1000),
  checks,
  story,
  answers,
});
const red = failed(checks);
const isNoticed = broken === undefined || red.includes(broken.safeguard.noticedBy);
if (broken === undefined) {
  console.log(`chaos: seed ${seed}: ${red.length === 0 ? 'everything held' : `FAILED: ${red.join(', ')}`}`);
} else {
  console.log(`chaos: without ${values.without}: ${isNoticed ? 'noticed' : 'NOT NOTICED'} by: ${red.join(', ')}`);
}
console.log(`chaos: report in ${path}`);
process.exitCode = (broken === undefined ? red.length === 0 : isNoticed) ? 0 : 1;
