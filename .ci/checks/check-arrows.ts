import { posix } from 'node:path';
import { importsOf, packageOf, type Import } from './imports.ts';
import { computingBuiltins, libraryRules, packageRules, testsMayImport } from './package-rules.ts';
import type { Problem, SourceFile } from './problem.ts';

const ours = '@tollgate/';

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface WorkspacePackage {
  /** The folder's name under packages/, which is also the name after `@tollgate/`. */
  readonly name: string;
  readonly manifest: Manifest;
  /** Folders under packages/ that its tsconfig.json refers to. */
  readonly references: readonly string[];
  /** Its TypeScript files, in src/ and test/. */
  readonly files: readonly SourceFile[];
}

/** Dependencies and imports of one package against the table in package-rules.ts. */
export function checkArrows(workspacePackage: WorkspacePackage): readonly Problem[] {
  const { name, files } = workspacePackage;
  if (packageRules[name] === undefined) {
    return [
      {
        file: `packages/${name}/package.json`,
        found: `package \`${name}\` is not in the table`,
        rule: 'Every package has its place among the arrows.',
        remedy: 'Add it to .ci/checks/package-rules.ts and to the picture in docs/architecture.md.',
      },
    ];
  }
  return [
    ...checkManifest(workspacePackage),
    ...checkReferences(workspacePackage),
    ...files.flatMap((file) => importsOf(file).flatMap((found) => checkImport(workspacePackage, file, found))),
  ];
}

function checkManifest({ name, manifest }: WorkspacePackage): readonly Problem[] {
  const file = `packages/${name}/package.json`;
  const problems = (dependencies: Manifest['dependencies'], inTests: boolean) =>
    Object.keys(dependencies ?? {}).flatMap((dependency) =>
      brokenRules(name, dependency, inTests).map((rule) => ({
        file,
        found: `depends on ${dependency}`,
        rule,
        remedy: `Remove the dependency; take what is needed through a port of core, or do it in a package that may.`,
      })),
    );
  return [...problems(manifest.dependencies, false), ...problems(manifest.devDependencies, true)];
}

function checkReferences({ name, manifest, references }: WorkspacePackage): readonly Problem[] {
  const wanted = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
    .filter((dependency) => dependency.startsWith(ours))
    .map((dependency) => dependency.slice(ours.length));
  const odd = [
    ...wanted.filter((other) => !references.includes(other)).map((other) => `does not refer to ../${other}`),
    ...references.filter((other) => !wanted.includes(other)).map((other) => `refers to ../${other}`),
  ];
  return odd.map((found) => ({
    file: `packages/${name}/tsconfig.json`,
    found,
    rule: 'Project references and the dependencies in package.json say the same.',
    remedy: 'Change one of the two.',
  }));
}

function checkImport(from: WorkspacePackage, file: SourceFile, found: Import): readonly Problem[] {
  const inTests = file.path.startsWith(`packages/${from.name}/test/`);
  return importRules(from, file, { ...found, inTests }).map(({ rule, remedy }) => ({
    file: file.path,
    line: found.line,
    found: `imports ${found.specifier}`,
    rule,
    remedy,
  }));
}

interface BrokenRule {
  readonly rule: string;
  readonly remedy: string;
}

function importRules(
  from: WorkspacePackage,
  file: SourceFile,
  { specifier, inTests }: { readonly specifier: string; readonly inTests: boolean },
): readonly BrokenRule[] {
  if (specifier.startsWith('.')) return relativeRules(from, file, specifier);
  if (specifier.startsWith('node:')) return builtinRules(from, specifier, inTests);
  const target = packageOf(specifier);
  if (target === `${ours}${from.name}`) return [];
  const broken = brokenRules(from.name, target, inTests).map((rule) => ({
    rule,
    remedy: 'Take it through a port of core, or move this to a package that may.',
  }));
  return [...broken, ...declarationRules(from, target, inTests)];
}

function relativeRules(from: WorkspacePackage, file: SourceFile, specifier: string): readonly BrokenRule[] {
  const home = `packages/${from.name}/`;
  if (posix.join(posix.dirname(file.path), specifier).startsWith(home)) return [];
  return [
    {
      rule: 'A relative import stays inside its package.',
      remedy: `Import the other package by its name (${ours}…), from what its index.ts exports.`,
    },
  ];
}

function builtinRules(from: WorkspacePackage, specifier: string, inTests: boolean): readonly BrokenRule[] {
  const isPure = packageRules[from.name]?.pure === true;
  if (!isPure || inTests || computingBuiltins.includes(specifier.slice('node:'.length))) return [];
  return [
    {
      rule: `\`${from.name}\` does no I/O: of Node it imports only ${computingBuiltins.join(', ')}.`,
      remedy: 'Take what is needed through a port of core.',
    },
  ];
}

function declarationRules(
  { name, manifest }: WorkspacePackage,
  target: string,
  inTests: boolean,
): readonly BrokenRule[] {
  const isDependency = manifest.dependencies?.[target] !== undefined;
  const isDevDependency = manifest.devDependencies?.[target] !== undefined;
  if (isDependency || (inTests && isDevDependency)) return [];
  return [
    {
      rule: 'What src imports stands among `dependencies`; what only tests import among `devDependencies`.',
      remedy: `Declare ${target} in packages/${name}/package.json, or do without it.`,
    },
  ];
}

/** The sentences of the rules that forbid the package the dependency. */
function brokenRules(name: string, dependency: string, inTests: boolean): readonly string[] {
  const library = libraryRules[dependency];
  if (library !== undefined) return inTests || library.packages.includes(name) ? [] : [library.rule];
  const own = packageRules[name];
  if (own === undefined || !dependency.startsWith(ours)) return [];
  const target = dependency.slice(ours.length);
  const allowed = [...own.mayImport, ...(inTests ? testsMayImport : [])];
  if (allowed.includes(target)) return [];
  return [!inTests && target === 'testkit' ? '`testkit` is for tests: src never imports it.' : own.rule];
}
