import { suggestion } from './arguments/nearest.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { UsageError } from './failure.ts';

/** The command that the words begin with, and the words after it. Throws a UsageError that names what there is. */
export function findCommand(words: readonly string[]): { command: Command; rest: readonly string[] } {
  for (const command of commands) {
    const length = command.name.split(' ').length;
    if (words.slice(0, length).join(' ') === command.name) return { command, rest: words.slice(length) };
  }
  throw unknownCommand(words);
}

function unknownCommand([group = '', verb]: readonly string[]): UsageError {
  const names = commands.map(({ name }) => name);
  const verbs = names.filter((name) => name.startsWith(`${group} `)).map((name) => name.slice(group.length + 1));
  if (verbs.length === 0) {
    const near = suggestion(group, [...new Set(names.map((name) => name.split(' ')[0] ?? name))]);
    return new UsageError(`unknown command \`${group}\`${near === '' ? ': `tollgate help` lists all' : near}`);
  }
  if (verb === undefined || verb.startsWith('-')) {
    return new UsageError(`\`${group}\` needs one of: ${verbs.join(', ')}`);
  }
  const near = suggestion(verb, verbs);
  return new UsageError(`unknown command \`${group} ${verb}\`${near === '' ? `: there is ${verbs.join(', ')}` : near}`);
}
