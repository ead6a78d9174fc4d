import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Scalar } from 'yaml';
import type { Variables } from '../environment/read-variable.ts';
import { formatPath, type Path, type Problem } from '../problem.ts';
import { interpolate } from './interpolate.ts';
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
  const interpolated = new Set<unknown>();
  const problems: Problem[] = [];
  visit(document, {
    Scalar: (key, node, ancestors) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const result = interpolate(node.value, variables);
      if (result.kind === 'failed') {
        const path = formatPath(pathOf(node, ancestors));
        problems.push({ path, line: lineAt(node.range?.[0] ?? 0), message: result.message });
      } else {
        node.value = result.text;
        interpolated.add(node);
      }
    },
  });
  if (problems.length > 0) return { kind: 'failed', problems };
  const root: unknown = document.toJS({ maxAliasCount: 100 });
  const lineOf = (path: Path): number => lineAt(locate(document, path).offset);
  const isInterpolated = (path: Path): boolean => {
    const { node } = locate(document, path);
    return interpolated.has(isAlias(node) ? node.resolve(document) : node);
  };
  return { kind: 'read', document: { root, lineOf, isInterpolated } };
}

/** Where a scalar stands, from the nodes around it. */
function pathOf(node: Scalar, ancestors: readonly unknown[]): Path {
  const path: (string | number)[] = [];
  const chain = [...ancestors, node];
  for (const [index, around] of chain.entries()) {
    const child = chain[index + 1];
    if (isSeq(around)) path.push(around.items.indexOf(child));
    else if (typeof around === 'object' && around !== null && 'key' in around && isScalar(around.key)) {
      path.push(String(around.key.value));
    }
  }
  return path;
}

interface Located {
  readonly node: unknown;
  readonly offset: number;
}

function locate(document: Document, path: Path): Located {
  let at: Located = { node: document.contents, offset: document.contents?.range?.[0] ?? 0 };
  for (const step of path) {
    const next = stepInto(isAlias(at.node) ? at.node.resolve(document) : at.node, step);
    if (next === undefined) return { node: undefined, offset: at.offset };
    at = next;
  }
  return at;
}

function stepInto(node: unknown, step: string | number): Located | undefined {
  if (isSeq(node)) return located(node.items[Number(step)], undefined);
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
  return pair === undefined ? undefined : located(pair.value, pair.key);
}

/** The key's place, for a value may begin lines below it. */
function located(node: unknown, key: unknown): Located | undefined {
  const place = key ?? node;
  const hasPlace = isScalar(place) || isMap(place) || isSeq(place) || isAlias(place);
  return hasPlace ? { node, offset: place.range?.[0] ?? 0 } : undefined;
}
