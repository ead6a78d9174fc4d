import type * as z from 'zod';
import type { ConfigDocument } from '../file/read-document.ts';
import { formatPath, type Path, type Problem } from '../problem.ts';
import { nearest, suggestion } from '../nearest.ts';
import { shapeAt, shapeName } from './setting-shape.ts';

type Issue = z.core.$ZodIssue;

/** What zod found wrong, in words that say what to write instead. */
export function issueProblems(issue: Issue, document: ConfigDocument): readonly Problem[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(shapeAt(path)?.properties ?? {});
    return issue.keys.map((key) => problemAt([...path, key], document, `is no known key${suggestion(key, known)}`));
  }
  return [problemAt(path, document, messageFor(issue, path, document))];
}

export const problemAt = (path: Path, document: ConfigDocument, message: string): Problem => ({
  path: formatPath(path),
  line: document.lineOf(path),
  message,
});

function messageFor(issue: Issue, path: Path, document: ConfigDocument): string {
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_union':
      return wrongType(path, document);
    case 'invalid_value':
      return wrongValue(issue.values.map(String), path, document);
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return `has to be at most ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? issue.message;
    default:
      return issue.message;
  }
}

function wrongType(path: Path, document: ConfigDocument): string {
  const expected = shapeName(shapeAt(path));
  const found = valueAt(document.root, path);
  if (found === undefined) return `is missing: write ${expected}`;
  if (found === null) return `has no value: write ${expected}, or remove the key`;
  return `has to be ${expected}, not ${kindOf(found)}`;
}

function wrongValue(known: readonly string[], path: Path, document: ConfigDocument): string {
  const found = valueAt(document.root, path);
  if (found === undefined || found === null) return wrongType(path, document);
  const expected = `has to be ${shapeName(shapeAt(path))}`;
  if (typeof found !== 'string' || document.isInterpolated(path)) return expected;
  const meant = nearest(found, known);
  return `${expected}, not \`${found}\`${meant === undefined ? '' : `; did you mean \`${meant}\`?`}`;
}

function tooSmall(issue: z.core.$ZodIssueTooSmall): string {
  if (issue.origin === 'array') return 'needs at least one entry';
  if (issue.origin === 'string') return 'may not be empty';
  return issue.inclusive === false ? `has to be more than ${issue.minimum}` : `has to be at least ${issue.minimum}`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return '`true` or `false`';
  return Number.isInteger(value) ? 'a whole number' : 'a fraction';
}

/** The value at the path; undefined where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    const member: unknown = Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
    value = member;
  }
  return value;
}
