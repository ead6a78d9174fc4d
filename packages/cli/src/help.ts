import { commonFlags, type Command, type Flag } from './command.ts';

/** `keys show <id>` */
export const signature = (command: Command): string =>
  [
    command.name,
    ...command.positionals.map(({ name, optional }) => (optional === true ? `[${name}]` : `<${name}>`)),
  ].join(' ');

const aligned = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
};

/** All commands, each with what it is for. */
export const describeCommands = (commands: readonly Command[]): string =>
  [
    'Usage: tollgate <command>',
    '',
    aligned(commands.map((command) => [signature(command), command.summary])),
    '',
    '`tollgate <command> --help` shows what a command takes.',
    'Talks to Redis where REDIS_URL is set, else to the admin API at TOLLGATE_ADMIN_URL.',
  ].join('\n');

/** What one command takes. */
export function describeCommand(command: Command): string {
  const flags = command.flags.map(flagUsage).join(' ');
  return [
    `Usage: tollgate ${signature(command)}${flags === '' ? '' : ` ${flags}`}`,
    '',
    command.summary,
    '',
    aligned([
      ...command.positionals.map(({ name, help }): [string, string] => [name, help]),
      ...[...command.flags, ...commonFlags].map((flag): [string, string] => [flagName(flag), flag.help]),
    ]),
  ].join('\n');
}

/** `--tier <tier>` */
export const flagName = ({ name, value }: Flag): string => (value === undefined ? `--${name}` : `--${name} ${value}`);

const flagUsage = (flag: Flag): string =>
  `${flag.required === true ? flagName(flag) : `[${flagName(flag)}]`}${flag.repeatable === true ? '…' : ''}`;
