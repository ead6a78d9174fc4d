/**
 * `npm run check`: types, linter, format and the rules of this repository. All of them run, whatever
 * the first ones find, and each finding says which rule it breaks and what to do.
 */
import { spawnSync } from 'node:child_process';
import { checkArrows } from './checks/check-arrows.ts';
import { checkFile, checkLockfile } from './checks/check-files.ts';
import { checkLinks } from './checks/check-links.ts';
import { formatProblem, type Problem } from './checks/problem.ts';
import { readRepository } from './checks/read-repository.ts';

const repository = readRepository(process.cwd());

const steps: readonly { readonly name: string; readonly run: () => boolean }[] = [
  { name: 'types', run: () => command('tsc', ['-b']) },
  { name: 'lint', run: () => command('oxlint', ['--type-aware', 'packages', 'deploy', '.ci']) },
  { name: 'format', run: () => command('prettier', ['--check', '--log-level=warn', '.']) },
  { name: 'arrows', run: () => report(repository.packages.flatMap(checkArrows)) },
  {
    name: 'files',
    run: () => report([...repository.sources.flatMap(checkFile), ...checkLockfile(repository.lockfile)]),
  },
  { name: 'links', run: () => report(repository.documents.flatMap((file) => checkLinks(file, repository))) },
];

const failed = steps.filter(({ name, run }) => {
  console.log(`check: ${name}`);
  return !run();
});

if (failed.length > 0) {
  console.error(`\ncheck: failed: ${failed.map(({ name }) => name).join(', ')} (format: \`npm run format\` mends it)`);
  process.exitCode = 1;
}

function command(program: string, args: readonly string[]): boolean {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error !== undefined) console.error(`${program}: ${error.message}`);
  return status === 0;
}

function report(problems: readonly Problem[]): boolean {
  for (const problem of problems) console.error(formatProblem(problem));
  return problems.length === 0;
}
