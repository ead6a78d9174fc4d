/** Something that breaks a rule: where, the rule's sentence, and what to do. */
export interface Problem {
  readonly file: string;
  readonly line?: number;
  readonly found: string;
  readonly rule: string;
  readonly remedy: string;
}

export const formatProblem = ({ file, line, found, rule, remedy }: Problem): string =>
  `${file}${line === undefined ? '' : `:${line}`}  ${found}\n    rule: ${rule}\n    do:   ${remedy}`;

/** A text file of the repository. The path is relative to the root, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}
