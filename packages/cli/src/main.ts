import { runCommandLine } from './run-command-line.ts';

const { output, errors, exitCode } = await runCommandLine({
  words: process.argv.slice(2),
  variables: process.env,
  workingDirectory: process.cwd(),
  print: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
});
// Not process.exit: it would cut off what a pipe has not taken yet.
process.exitCode = exitCode;
process.stdout.write(output);
process.stderr.write(errors);
