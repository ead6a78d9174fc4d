import { readFileSync } from 'node:fs';

/** `process.env`, handed in by the main files. */
export type Variables = Readonly<Record<string, string | undefined>>;

export type Variable =
  | { readonly kind: 'set'; readonly text: string }
  | { readonly kind: 'unset' }
  | { readonly kind: 'unreadable'; readonly message: string };

/** `NAME`, or the content of the file that `NAME_FILE` names, without its last line break. */
export function readVariable(variables: Variables, name: string): Variable {
  const text = variables[name];
  const file = variables[`${name}_FILE`];
  if (file === undefined || file === '') return text === undefined ? { kind: 'unset' } : { kind: 'set', text };
  if (text !== undefined && text !== '') {
    return { kind: 'unreadable', message: `${name} and ${name}_FILE are both set: unset one of them` };
  }
  try {
    return { kind: 'set', text: readFileSync(file, 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { kind: 'unreadable', message: `${name}_FILE names a file that cannot be read (${code}): ${file}` };
  }
}

/** The text of a variable that is set and not empty; undefined too where it cannot be read. */
export function textOf(variables: Variables, name: string): string | undefined {
  const variable = readVariable(variables, name);
  return variable.kind === 'set' && variable.text !== '' ? variable.text : undefined;
}
