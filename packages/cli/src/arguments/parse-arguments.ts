import { parseArgs, type ParseArgsOptionDescriptor } from 'node:util';
import { commonFlags, type Command, type Flag } from '../command.ts';
import { UsageError } from '../failure.ts';
import { suggestion } from './nearest.ts';

/** A command's arguments, checked against what it takes. Asking for what it does not take is a fault of ours. */
export interface ParsedArguments {
  positional(name: string): string | undefined;
  /** A positional or flag that the command cannot do without. */
  needed(name: string): string;
  /** The value of a flag that can be given once. */
  text(flag: string): string | undefined;
  /** The values of a flag that can be given several times. */
  texts(flag: string): readonly string[];
  isSet(flag: string): boolean;
}

/** Throws a UsageError for what the command does not take, and for what it needs and was not given. */
export function parseArguments(command: Command, words: readonly string[]): ParsedArguments {
  const { flags, positionals } = splitWords([...command.flags, ...commonFlags], words);
  if (!flags.has('help')) requireAll(command, flags, positionals);
  const extra = positionals[command.positionals.length];
  if (extra !== undefined) throw new UsageError(`\`${command.name}\` does not take \`${extra}\``);
  const positional = (name: string): string | undefined =>
    positionals[command.positionals.findIndex((each) => each.name === name)];
  return {
    positional,
    needed: (name) => {
      const value = positional(name) ?? flags.get(name)?.[0];
      if (value === undefined) throw new Error(`\`${command.name}\` does not require ${name}`);
      return value;
    },
    text: (flag) => flags.get(flag)?.[0],
    texts: (flag) => flags.get(flag) ?? [],
    isSet: (flag) => flags.has(flag),
  };
}

interface SplitWords {
  /** Values by flag; none for a switch. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
}

function splitWords(known: readonly Flag[], words: readonly string[]): SplitWords {
  const { tokens, positionals } = parseArgs({
    args: [...words],
    options: Object.fromEntries(known.map((flag) => [flag.name, optionOf(flag)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Map<string, readonly string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const flag = known.find(({ name }) => name === token.name);
    if (flag === undefined) throw unknownFlag(token.rawName, known);
    const before = flags.get(flag.name);
    if (before !== undefined && flag.repeatable === undefined) {
      throw new UsageError(`--${flag.name} stands twice: give it once`);
    }
    flags.set(flag.name, [...(before ?? []), ...valuesOf(flag, token)]);
  }
  return { flags, positionals };
}

const optionOf = ({ value, short }: Flag): ParseArgsOptionDescriptor => ({
  type: value === undefined ? 'boolean' : 'string',
  ...(short === undefined ? {} : { short }),
});

/** The option's value, or none for a switch. */
function valuesOf(flag: Flag, { value, inlineValue }: FlagToken): readonly string[] {
  if (flag.value === undefined) {
    if (value !== undefined) throw new UsageError(`--${flag.name} takes no value`);
    return [];
  }
  const isNextFlag = inlineValue !== true && value?.startsWith('-') === true;
  if (value === undefined || value === '' || isNextFlag) {
    throw new UsageError(`--${flag.name} needs a value: --${flag.name} ${flag.value}`);
  }
  return [value];
}

interface FlagToken {
  readonly value?: string | undefined;
  /** Written as `--flag=value`. */
  readonly inlineValue?: boolean | undefined;
}

function unknownFlag(rawName: string, known: readonly Flag[]): UsageError {
  const names = known.map(({ name }) => `--${name}`);
  return new UsageError(`unknown flag ${rawName}${suggestion(rawName, names)}`);
}

function requireAll(command: Command, flags: SplitWords['flags'], positionals: readonly string[]): void {
  const missingPositional = command.positionals.find(
    ({ optional }, index) => optional === undefined && positionals[index] === undefined,
  );
  if (missingPositional !== undefined) {
    throw new UsageError(`\`${command.name}\` needs <${missingPositional.name}>: ${missingPositional.help}`);
  }
  const missingFlag = command.flags.find(({ name, required }) => required === true && !flags.has(name));
  if (missingFlag !== undefined) {
    throw new UsageError(
      `\`${command.name}\` needs --${missingFlag.name} ${missingFlag.value ?? ''}: ${missingFlag.help}`,
    );
  }
}
