import { isScalar, isSeq, visit, type Document, type Scalar } from 'yaml';
import type { Variables } from '../environment/read-variable.ts';
import { formatPath, type Path, type Problem } from '../problem.ts';
import { interpolate } from './interpolate.ts';

export interface InterpolatedDocument {
  /** The scalars that the environment had a part in. */
  readonly nodes: ReadonlySet<unknown>;
  readonly problems: readonly Problem[];
}

/** Replaces the references in every scalar that is a value. Keys may hold none, nor be what JavaScript reserves. */
export function interpolateDocument(
  document: Document,
  variables: Variables,
  lineAt: (offset: number) => number,
): InterpolatedDocument {
  const nodes = new Set<unknown>();
  const problems: Problem[] = [];
  visit(document, {
    Scalar: (key, node, ancestors) => {
      const tell = (message: string): void => {
        const line = lineAt(node.range?.[0] ?? 0);
        problems.push({ path: formatPath(pathOf(node, ancestors)), line, message });
      };
      if (key === 'key') {
        if (node.value === '__proto__') tell('this name is reserved: choose another');
      } else if (typeof node.value === 'string' && node.value.includes('${')) {
        const result = interpolate(node.value, variables);
        if (result.kind === 'failed') return tell(result.message);
        node.value = result.text;
        nodes.add(node);
      }
    },
  });
  return { nodes, problems };
}

/** Where a scalar stands, from the nodes around it. */
function pathOf(node: Scalar, ancestors: readonly unknown[]): Path {
  const path: (string | number)[] = [];
  const chain = [...ancestors, node];
  for (const [index, around] of chain.entries()) {
    if (isSeq(around)) path.push(around.items.indexOf(chain[index + 1]));
    else if (typeof around === 'object' && around !== null && 'key' in around && isScalar(around.key)) {
      path.push(String(around.key.value));
    }
  }
  return path;
}
