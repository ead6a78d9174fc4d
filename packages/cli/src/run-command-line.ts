import { AdminError } from '@tollgate/admin';
import { ConfigError, type Variables } from '@tollgate/config';
import { parseArguments } from './arguments/parse-arguments.ts';
import type { AdminClient } from './client/admin-client.ts';
import { connect } from './client/connect.ts';
import { withLocalSecrets } from './client/local-secrets.ts';
import type { Answer } from './command.ts';
import { commands } from './commands.ts';
import { CommandFailure, UsageError } from './failure.ts';
import { findCommand } from './find-command.ts';
import { describeCommand, describeCommands } from './help.ts';

export interface CommandLine {
  /** Without the program's name. */
  readonly words: readonly string[];
  /** `process.env` */
  readonly variables: Variables;
  readonly workingDirectory: string;
  /** Writes to standard output at once; without it all output is in the result. */
  readonly print?: (text: string) => Promise<void>;
}

/** What to print where, and the exit code: 2 where the command line has to change, 1 for any other failure. */
export interface CommandResult {
  readonly output: string;
  readonly errors: string;
  readonly exitCode: number;
}

/** Runs one command. Never rejects: whatever goes wrong is in the result. */
export async function runCommandLine(line: CommandLine): Promise<CommandResult> {
  let printed = '';
  const print = async (text: string): Promise<void> => {
    printed += text;
  };
  try {
    const { text, exitCode } = await answer({ print, ...line });
    return { output: text === '' ? printed : `${printed}${text}\n`, errors: '', exitCode: exitCode ?? 0 };
  } catch (error) {
    return { output: printed, errors: describeFailure(error), exitCode: isUsage(error) ? 2 : 1 };
  }
}

async function answer(line: Required<CommandLine>): Promise<Pick<Answer, 'text' | 'exitCode'>> {
  const [first] = line.words;
  if (first === undefined || first === '--help' || first === '-h') return { text: describeCommands(commands) };
  if (first === 'help') return { text: helpFor(line.words.slice(1)) };
  const { command, rest } = findCommand(line.words);
  const given = parseArguments(command, rest);
  if (given.isSet('help')) return { text: describeCommand(command) };
  const variables = withLocalSecrets(line.variables, line.workingDirectory);
  const client = lazily(() => connect(variables));
  try {
    const { json, text, exitCode } = await command.run({ given, variables, call: client.call, print: line.print });
    return { text: given.isSet('json') ? JSON.stringify(json) : text, ...(exitCode === undefined ? {} : { exitCode }) };
  } finally {
    await client.close();
  }
}

/** A client that connects when it is first used: most mistakes are found before. */
function lazily(connectNow: () => AdminClient): AdminClient {
  let client: AdminClient | undefined;
  return {
    call: async (operation, input) => (client ??= connectNow()).call(operation, input),
    close: async () => client?.close(),
  };
}

const helpFor = (words: readonly string[]): string =>
  words.length === 0 ? describeCommands(commands) : describeCommand(findCommand(words).command);

const isUsage = (error: unknown): boolean =>
  error instanceof UsageError || (error instanceof AdminError && error.usage);

function describeFailure(error: unknown): string {
  if (error instanceof ConfigError) return `${error.message}\n`;
  if (error instanceof CommandFailure || error instanceof AdminError) return `tollgate: ${error.message}\n`;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `tollgate: something unforeseen went wrong (${message}); please report it\n`;
}
