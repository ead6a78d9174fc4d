import { isAlias, isMap, isScalar, isSeq, type Document } from 'yaml';
import type { Path } from '../problem.ts';

export interface Located {
  /** The value there, an alias followed; undefined where there is none. */
  readonly node: unknown;
  /** Where its key or list entry begins, or that of the nearest one around it. */
  readonly offset: number;
}

/** Where a path leads in the document. */
export function locate(document: Document, path: Path): Located {
  let at: Located = { node: document.contents, offset: document.contents?.range?.[0] ?? 0 };
  for (const step of path) {
    const next = stepInto(at.node, step);
    if (next === undefined) return { node: undefined, offset: at.offset };
    at = { node: isAlias(next.node) ? next.node.resolve(document) : next.node, offset: next.offset };
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
