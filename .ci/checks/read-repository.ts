import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Manifest, WorkspacePackage } from './check-arrows.ts';
import type { LinkTargets } from './check-links.ts';
import type { SourceFile } from './problem.ts';

export interface Repository extends LinkTargets {
  readonly packages: readonly WorkspacePackage[];
  /** Everything that is written by hand and run. */
  readonly sources: readonly SourceFile[];
  /** Markdown. */
  readonly documents: readonly SourceFile[];
  readonly lockfile: SourceFile;
}

const outputs = ['**/node_modules/**', '**/dist/**'];

/** What the checks look at, as it lies in the folder (committed or not). */
export function readRepository(root: string): Repository {
  const read = (path: string): SourceFile => ({ path, text: readFileSync(join(root, path), 'utf8') });
  const find = (...patterns: string[]): readonly SourceFile[] =>
    globSync(patterns, { cwd: root, exclude: outputs }).toSorted().map(read);
  const sources = find('packages/**/*.{ts,mjs,lua,sh}', 'deploy/**/*.{ts,mjs,sh}', '.ci/**/*.ts', '.ci/run');
  const documents = find('*.md', 'docs/**/*.md', 'packages/*/*.md');
  return {
    packages: find('packages/*/package.json').map((manifest) => readPackage(manifest, sources, read)),
    sources,
    documents,
    lockfile: read('pnpm-lock.yaml'),
    exists: (path) => existsSync(join(root, path)),
    document: (path) => documents.find((file) => file.path === path)?.text,
  };
}

function readPackage(
  manifest: SourceFile,
  sources: readonly SourceFile[],
  read: (path: string) => SourceFile,
): WorkspacePackage {
  const home = manifest.path.replace(/package\.json$/, '');
  const project: { references?: readonly { path: string }[] } = JSON.parse(read(`${home}tsconfig.json`).text);
  const declared: Manifest = JSON.parse(manifest.text);
  return {
    name: basename(home),
    manifest: declared,
    references: (project.references ?? []).map(({ path }) => basename(path)),
    files: sources.filter(({ path }) => path.startsWith(home) && path.endsWith('.ts')),
  };
}
