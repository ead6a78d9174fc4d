import type * as z from 'zod';
import type { ConfigDocument } from '../file/read-document.ts';
import type { Path, Problem } from '../problem.ts';
import { configFileSchema, type ConfigFile } from './config-file.ts';
import { issueProblems, valueAt } from './issue-problems.ts';

export type ValidatedFile =
  | { readonly kind: 'valid'; readonly file: ConfigFile }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** A file is read once: compiling a reader for each of its objects would cost more than it saves. */
const readOnce = { jitless: true } as const;

/** Holds the document against the schema; all problems at once, by line. */
export function validateFile(document: ConfigDocument): ValidatedFile {
  const first = configFileSchema.safeParse(document.root, readOnce);
  if (first.success) return { kind: 'valid', file: first.data };
  const retyped = retypeInterpolated(document, first.error.issues);
  const result = retyped === undefined ? first : configFileSchema.safeParse(retyped, readOnce);
  if (result.success) return { kind: 'valid', file: result.data };
  const problems = result.error.issues.flatMap((issue) => issueProblems(issue, document));
  return { kind: 'invalid', problems };
}

/**
 * The environment has only text, so where a number or a truth value is expected, what came from there
 * is read as one. Text written in the file is left as it is: `"20"` is no number.
 */
function retypeInterpolated(document: ConfigDocument, issues: readonly z.core.$ZodIssue[]): unknown {
  const edits = issues.flatMap((issue) => {
    if (issue.code !== 'invalid_type') return [];
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    const value = valueAt(document.root, path);
    if (typeof value !== 'string' || !document.isInterpolated(path)) return [];
    const typed = typedValue(value, issue.expected);
    return typed === undefined ? [] : [{ path, typed }];
  });
  if (edits.length === 0) return undefined;
  const root: unknown = structuredClone(document.root);
  for (const { path, typed } of edits) setAt(root, path, typed);
  return root;
}

function typedValue(text: string, expected: string): number | boolean | undefined {
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  const isNumber = expected === 'number' || expected === 'int';
  return isNumber && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function setAt(root: unknown, path: Path, typed: number | boolean): void {
  const holder = valueAt(root, path.slice(0, -1));
  const last = path.at(-1);
  if (typeof holder === 'object' && holder !== null && last !== undefined) Reflect.set(holder, last, typed);
}
