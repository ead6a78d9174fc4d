import type { SourceFile } from './problem.ts';

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

const statement =
  /^\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|^\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

/** What a module imports, by `import`, `export … from` and `import()`. */
export function importsOf({ text }: SourceFile): readonly Import[] {
  return [...text.matchAll(statement)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    return { specifier, line: text.slice(0, match.index + match[0].indexOf(specifier)).split('\n').length };
  });
}

/** `@scope/name/deep` and `name/deep` to the package's name. */
export function packageOf(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
