export { runCommandLine, type CommandLine, type CommandResult } from './run-command-line.ts';
