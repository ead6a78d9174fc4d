/** `npm run mutations [-- <words of a safeguard>]`: breaks each safeguard on purpose and tells whether its test notices. */
import { mutations } from './mutations.ts';
import { runMutation } from './run-mutation.ts';

const words = process.argv.slice(2).join(' ');
let missed = 0;
for (const mutation of mutations.filter(({ safeguard }) => safeguard.includes(words))) {
  const verdict = await runMutation(mutation);
  if (verdict !== 'noticed') missed += 1;
  console.log(`${verdict.padEnd(10)} ${mutation.safeguard}: ${mutation.title}`);
}
process.exitCode = missed === 0 ? 0 : 1;
