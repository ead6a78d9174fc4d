import type { LineCounter, YAMLError, ErrorCode } from 'yaml';
import type { Problem } from '../problem.ts';

/** In our words: the parser's own can quote the text, which may hold a secret. */
const messages: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'tabs cannot indent YAML: use spaces',
  BAD_INDENT: 'the indentation does not fit the lines above, or a bracket there is not closed',
  MULTIPLE_DOCS: 'the file holds several documents (`---`): keep one',
  BAD_ALIAS: 'the alias (`*name`) has no anchor (`&name`) above it; a text that begins with `*` needs quotes',
  NON_STRING_KEY: 'a key has to be plain text',
  TAG_RESOLVE_FAILED: 'tags (`!name`) are not supported: remove it',
  BAD_SCALAR_START: 'a value that begins with this character needs quotes',
  MISSING_CHAR: 'a closing quote, bracket or comma is missing, or a `:` between key and value',
  MULTILINE_IMPLICIT_KEY: 'a `:` between key and value is missing',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping inside a value has to begin on a line of its own; a text with `: ` needs quotes',
  BAD_DQ_ESCAPE: 'inside double quotes a backslash begins an escape: write it twice, or use single quotes',
  UNEXPECTED_TOKEN: 'something here does not belong; a text with braces, brackets or quotes in it needs quotes',
  RESOURCE_EXHAUSTION: 'the file nests too deeply',
};

/** Each line's first error: what follows one is usually its consequence. */
export function yamlProblems(errors: readonly YAMLError[], lines: LineCounter, text: string): readonly Problem[] {
  const problems = new Map<number, Problem>();
  for (const error of errors.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const { line } = lines.linePos(error.pos[0]);
    if (!problems.has(line)) problems.set(line, { path: '', line, message: messageOf(error, text) });
  }
  return [...problems.values()];
}

function messageOf(error: YAMLError, text: string): string {
  if (error.code !== 'DUPLICATE_KEY') return messages[error.code] ?? 'this is not valid YAML';
  const key = /^[^:\n]{1,80}/.exec(text.slice(error.pos[0]))?.[0].trim() ?? '';
  return `the key \`${key}\` stands twice: keep one`;
}
