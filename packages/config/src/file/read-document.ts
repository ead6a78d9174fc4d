import { isMap, LineCounter, parseDocument, type Document } from 'yaml';
import type { Variables } from '../environment/read-variable.ts';
import type { Path, Problem } from '../problem.ts';
import { interpolateDocument } from './interpolate-document.ts';
import { locate } from './locate.ts';
import { yamlProblems } from './yaml-problems.ts';

/** config.yaml as plain values, the environment's included, and where each stands. */
export interface ConfigDocument {
  readonly root: unknown;
  /** Line of the key or list entry at the path, or of the nearest one around it. */
  lineOf(path: Path): number;
  /** Whether the value at the path came from the environment; such values are never shown. */
  isInterpolated(path: Path): boolean;
}

export type ReadDocument =
  | { readonly kind: 'read'; readonly document: ConfigDocument }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] };

const maxFileCharacters = 1_000_000;

/** Reads YAML 1.2 text. Never throws, whatever the text. */
export function readDocument(text: string, variables: Variables): ReadDocument {
  if (text.length > maxFileCharacters) return failed(1, `the file is longer than ${maxFileCharacters} characters`);
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const problems = yamlProblems([...document.errors, ...document.warnings], lines, text);
    return problems.length > 0 ? { kind: 'failed', problems } : readRoot(document, lines, variables);
  } catch (error) {
    // The parser recurses, and counts aliases only on the way out.
    const bomb = error instanceof ReferenceError;
    return failed(1, bomb ? 'anchors are repeated too often: write the values out' : 'the file nests too deeply');
  }
}

const failed = (line: number, message: string): ReadDocument => ({
  kind: 'failed',
  problems: [{ path: '', line, message }],
});

function readRoot(document: Document, lines: LineCounter, variables: Variables): ReadDocument {
  if (!isMap(document.contents)) {
    const found = document.contents === null ? 'the file is empty' : 'the file is no mapping';
    return failed(1, `${found}: it has to begin with keys such as \`version: 1\` and \`providers:\``);
  }
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const { nodes, problems } = interpolateDocument(document, variables, lineAt);
  if (problems.length > 0) return { kind: 'failed', problems };
  const root: unknown = document.toJS({ maxAliasCount: 100 });
  return {
    kind: 'read',
    document: {
      root,
      lineOf: (path) => lineAt(locate(document, path).offset),
      isInterpolated: (path) => nodes.has(locate(document, path).node),
    },
  };
}
