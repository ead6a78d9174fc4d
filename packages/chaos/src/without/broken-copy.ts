import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Edit, Safeguard } from './safeguards.ts';

/** The product's packages with a safeguard taken out, in a directory of their own. */
export interface BrokenCopy {
  readonly root: string;
  remove(): void;
}

export function copyWithout({ edits }: Safeguard, root: string): BrokenCopy {
  const copy = mkdtempSync(join(tmpdir(), 'chaos-without-'));
  const isWanted = (path: string): boolean => !['dist', 'test'].includes(basename(path));
  cpSync(join(root, 'packages'), join(copy, 'packages'), { recursive: true, verbatimSymlinks: true, filter: isWanted });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const edit of edits) {
    const path = join(copy, edit.file);
    writeFileSync(path, applyEdit(readFileSync(path, 'utf8'), edit));
  }
  return { root: copy, remove: () => rmSync(copy, { recursive: true, force: true }) };
}

/** Throws where the product has changed so that the edit finds nothing, or more than one place. */
export function applyEdit(text: string, { file, find, replace }: Edit): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${find}`);
  return parts.join(replace);
}
