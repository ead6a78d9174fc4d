import type { ConfigDocument } from '../file/read-document.ts';
import type { Path, Problem } from '../problem.ts';
import { problemAt } from '../schema/issue-problems.ts';

/** Collects what the parts of the file are found to be while they are built. */
export interface Report {
  readonly document: ConfigDocument;
  readonly problems: Problem[];
  readonly notes: Problem[];
}

export const createReport = (document: ConfigDocument): Report => ({ document, problems: [], notes: [] });

export function addProblem(report: Report, path: Path, message: string): void {
  report.problems.push(problemAt(path, report.document, message));
}

export function addNote(report: Report, path: Path, message: string): void {
  report.notes.push(problemAt(path, report.document, message));
}

/** For a secret that is written out; it still works, for local servers take any. */
export function noteLiteralSecret(report: Report, path: Path): void {
  if (report.document.isInterpolated(path)) return;
  addNote(report, path, 'a secret stands in the file: write `${NAME}` and set that environment variable instead');
}

/** A value that may be shown: what came from the environment may be a secret. */
export const shown = (report: Report, path: Path, value: string): string =>
  report.document.isInterpolated(path) ? 'so (the value comes from the environment)' : `\`${value}\``;

/** `${NAME:-}` that came out empty is the same as nothing written. */
export const blankToUndefined = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
