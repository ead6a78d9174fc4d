import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A script as its callers see it. `keys` and `args` are the ordered names that the head of `lua/<file>.lua`
 * declares, there in snake_case; a test holds the two together.
 */
export interface Script<Key extends string, Arg extends string, Reply> {
  readonly file: string;
  readonly keys: readonly Key[];
  readonly args: readonly Arg[];
  readonly parse: (reply: unknown) => Reply;
}

/** A name or argument that comes often, put as Redis reads it once. */
export interface Recurring {
  readonly text: string;
  readonly bulk: string;
}

export type Given = string | Recurring;

export interface ScriptCall {
  readonly keyCount: number;
  /** The keys, and behind them the arguments. */
  readonly given: readonly Given[];
}

/** As ioredis wants it. */
export const textsOf = ({ keyCount, given }: ScriptCall): readonly [number, ...string[]] => [
  keyCount,
  ...given.map((one) => (typeof one === 'string' ? one : one.text)),
];

/** How a text of so many bytes begins in commands, behind the line end of what comes before. */
export const bulkHead = (bytes: number): string => `\r\n$${bytes}\r\n`;

/** A text as commands have it. */
export const bulkOf = (text: string): string => bulkHead(Buffer.byteLength(text)) + text;

export const recurring = (text: string): Recurring => ({ text, bulk: bulkOf(text) });

export const declareScript = <const Key extends string, const Arg extends string, Reply>(
  script: Script<Key, Arg, Reply>,
): Script<Key, Arg, Reply> => script;

/** A call by names, in the order that the script wants. `rest` goes behind the named arguments. */
export const callScript = <Key extends string, Arg extends string>(
  script: Pick<Script<Key, Arg, unknown>, 'keys' | 'args'>,
  given: {
    readonly keys: Readonly<Record<Key, Given>>;
    readonly args: Readonly<Record<Arg, Given | number | bigint>>;
    readonly rest?: readonly string[];
  },
): ScriptCall => {
  const all: Given[] = [];
  for (const key of script.keys) all.push(given.keys[key]);
  for (const arg of script.args) {
    const value = given.args[arg];
    all.push(typeof value === 'object' ? value : String(value));
  }
  if (given.rest !== undefined) all.push(...given.rest);
  return { keyCount: script.keys.length, given: all };
};

const luaDirectory = join(import.meta.dirname, '..', 'lua');
const include = /^ *-- include: (.+)$/gm;

/** The texts of all scripts by file name, with the pieces that they name put in. Reads the disk. */
export function readScripts(): ReadonlyMap<string, string> {
  const files = readdirSync(luaDirectory).filter((name) => name.endsWith('.lua'));
  return new Map(files.map((name) => [name.slice(0, -'.lua'.length), assemble(join(luaDirectory, name))]));
}

/** Pieces may name further ones, within a function too: what is seldom needed is then made only where it is. */
const assemble = (path: string): string =>
  readFileSync(path, 'utf8').replace(include, (_, names: string) =>
    names
      .split(' ')
      .map((name) => assemble(join(luaDirectory, 'lib', `${name}.lua`)))
      .join('\n'),
  );

/** How Redis is asked for a script: one that it knows by the digest of its text, or a function that it keeps. */
export interface NamedScript {
  readonly text: string;
  readonly sha: string;
  readonly library: FunctionLibrary | undefined;
}

/** A library of one function, which has the library's name. */
export interface FunctionLibrary {
  readonly name: string;
  readonly text: string;
}

export const nameScript = (file: string, text: string): NamedScript => ({
  text,
  sha: digestOf(text),
  library: libraryOf(file, text),
});

const digestOf = (text: string): string => createHash('sha1').update(text).digest('hex');

const eachCall = /^-- each call$/m;

/**
 * Of a script that says where `each call` begins: what stands above that is made once, when Redis loads the library, and not with
 * each call. Its name tells its text, so that two releases can each have their own.
 */
function libraryOf(file: string, text: string): FunctionLibrary | undefined {
  const [once = '', body] = text.split(eachCall);
  if (body === undefined) return undefined;
  const [shebang = ''] = once.split('\n', 1);
  const flags = shebang.split('flags=')[1]?.split(',') ?? [];
  const name = `${file}_${digestOf(text)}`;
  const register = [
    'redis.register_function({',
    `function_name = '${name}', flags = { ${flags.map((flag) => `'${flag}'`).join(', ')} },`,
    `callback = function(KEYS, ARGV)${body}end })`,
  ];
  return { name, text: [`#!lua name=${name}`, once.slice(shebang.length + 1), ...register].join('\n') };
}
