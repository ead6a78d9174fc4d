/** Something in config.yaml or the environment that stops the start, or (as a note) that an operator should know. */
export interface Problem {
  /** `models.gpt-4o-mini.targets[0].provider`, or the name of an environment variable. Empty: the whole file. */
  readonly path: string;
  /** Counted from 1. Undefined where no line is at fault. */
  readonly line: number | undefined;
  /** What is wrong and what to write instead. Never holds a secret. */
  readonly message: string;
}

/** Keys and indices from the root of the file. */
export type Path = readonly (string | number)[];

/** What was read is not in order; every problem found is listed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  /** `source` is the file's path, or `environment`. */
  constructor(source: string, problems: readonly Problem[]) {
    super(problems.map((problem) => formatProblem(source, problem)).join('\n'));
    this.problems = problems;
  }
}

/** `config.yaml:12: models.x: message`, as compilers say it, so that editors and terminals can jump there. */
export const formatProblem = (source: string, { path, line, message }: Problem): string =>
  [line === undefined ? source : `${source}:${line}`, path, message].filter((part) => part !== '').join(': ');

/** In the order of the file. */
export const byLine = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));

/** A path as people write it; keys that hold dots, brackets or spaces are quoted. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += `${text === '' ? '' : '.'}${/^[^\s.[\]"]+$/.test(step) ? step : JSON.stringify(step)}`;
  }
  return text;
}
