import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

/** A Kubernetes object as it is written. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

interface Kustomization {
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly configMapGenerator?: readonly { readonly name: string; readonly files: readonly string[] }[];
  readonly labels?: readonly { readonly pairs: Readonly<Record<string, string>> }[];
  readonly patches?: readonly { readonly path: string; readonly target: PatchTarget }[];
}

interface PatchTarget {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value: unknown;
}

/** Where the overlays lie. */
export const kubernetes = fileURLToPath(new URL('../../kubernetes/', import.meta.url));

const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

/** What `kubectl kustomize` makes of a folder here, as far as these files use it. Throws on what is missing or hits nothing. */
export function build(folder: string): readonly Manifest[] {
  const kustomization: Kustomization = parse(read(folder, 'kustomization.yaml'));
  const own = [...(kustomization.resources ?? []), ...(kustomization.components ?? [])].flatMap((path) =>
    resource(join(folder, path)),
  );
  const generated = (kustomization.configMapGenerator ?? []).map(({ name, files }) => configMap(folder, name, files));
  const labels = Object.assign({}, ...(kustomization.labels ?? []).map(({ pairs }) => pairs));
  const labelled = [...own, ...generated].map((each) => withLabels(each, labels));
  return (kustomization.patches ?? []).reduce((manifests, { path, target }) => {
    const operations: readonly PatchOperation[] = parse(read(folder, path));
    if (manifests.filter((each) => isTarget(each, target)).length !== 1)
      throw new Error(`${folder}: ${path} hits nothing`);
    return manifests.map((each) => (isTarget(each, target) ? patched(each, operations) : each));
  }, labelled);
}

const resource = (path: string): readonly Manifest[] =>
  statSync(path).isDirectory() ? build(path) : parseAllDocuments(read(path)).map((each): Manifest => each.toJS());

const configMap = (folder: string, name: string, files: readonly string[]): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: Object.fromEntries(files.map((file) => [basename(file), read(folder, dirname(file), basename(file))])),
});

const withLabels = (manifest: Manifest, labels: Readonly<Record<string, string>>): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, ...labels } },
});

const isTarget = ({ apiVersion, kind, metadata }: Manifest, target: PatchTarget): boolean =>
  apiVersion.startsWith(`${target.group}/`) && kind === target.kind && metadata.name === target.name;

/** Of JSON patches only what is used here: adding to the end of a list that exists. */
function patched(manifest: Manifest, operations: readonly PatchOperation[]): Manifest {
  const changed: Manifest = structuredClone(manifest);
  for (const { op, path, value } of operations) {
    const [end, ...parents] = path.split('/').slice(1).toReversed();
    const list = parents
      .toReversed()
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], changed);
    if (op !== 'add' || end !== '-' || !Array.isArray(list))
      throw new Error(`${manifest.metadata.name}: ${op} ${path}`);
    list.push(value);
  }
  return changed;
}
