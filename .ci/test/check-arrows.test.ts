import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkArrows, type Manifest } from '../checks/check-arrows.ts';

interface Written {
  readonly manifest?: Manifest;
  readonly references?: readonly string[];
  readonly src?: string;
  readonly test?: string;
}

/** The rules that a package breaks, written as given. */
const rulesBrokenBy = (name: string, { manifest = {}, references = [], src = '', test: tests = '' }: Written) =>
  checkArrows({
    name,
    manifest,
    references,
    files: [
      { path: `packages/${name}/src/deep/module.ts`, text: src },
      { path: `packages/${name}/test/module.test.ts`, text: tests },
    ],
  }).map(({ file, line, rule }) => `${file}${line === undefined ? '' : `:${line}`} ${rule}`);

const workspace = (...names: string[]) => Object.fromEntries(names.map((name) => [`@tollgate/${name}`, 'workspace:*']));

test('a package as it should be breaks no rule', () => {
  const broken = rulesBrokenBy('store', {
    manifest: { dependencies: { ...workspace('core'), ioredis: '6.0.0' }, devDependencies: workspace('testkit') },
    references: ['core', 'testkit'],
    src: `import { Redis } from 'ioredis';\nimport type { Tier } from '@tollgate/core';\nimport { a } from '../a.ts';`,
    test: `import { testRedis } from '@tollgate/testkit';\nimport { b } from '../src/b.ts';`,
  });
  assert.deepEqual(broken, []);
});

test('a sibling that depends on a sibling breaks the rule of siblings', () => {
  const broken = rulesBrokenBy('upstream', { manifest: { dependencies: workspace('store') }, references: ['store'] });
  assert.match(broken.join('\n'), /^packages\/upstream\/package.json `config store .* never each other/);
});

test('composition roots do not import each other, and standalone may import them', () => {
  const written = { manifest: { dependencies: workspace('gateway') }, references: ['gateway'] };
  assert.match(rulesBrokenBy('cli', written).join('\n'), /composition roots/);
  assert.deepEqual(rulesBrokenBy('standalone', written), []);
});

test('an import is found with its line, however it is written', () => {
  const src = [
    `import {`,
    `  a,`,
    `} from '@tollgate/store';`,
    `export * from '@tollgate/telemetry';`,
    `await import('@tollgate/cli');`,
  ].join('\n');
  const lines = rulesBrokenBy('core', { src }).flatMap((broken) => /ts:(\d+) `core` imports/.exec(broken)?.[1] ?? []);
  assert.deepEqual(lines, ['3', '4', '5']);
});

test('a library outside its home breaks the rule of its home', () => {
  const broken = rulesBrokenBy('upstream', { src: `import got from 'got';` });
  assert.match(broken.join('\n'), /got is for outbound calls that are no model calls/);
});

test('src may not import what only tests may', () => {
  const manifest = { devDependencies: workspace('testkit') };
  const broken = rulesBrokenBy('admin', {
    manifest,
    references: ['testkit'],
    src: `import { testRedis } from '@tollgate/testkit';`,
  });
  assert.match(broken.join('\n'), /src\/deep\/module.ts:1 `testkit` is for tests/);
});

test('an import that package.json does not declare is found', () => {
  assert.match(rulesBrokenBy('config', { src: `import { z } from 'zod';` }).join('\n'), /among `dependencies`/);
});

test('a relative import out of the package is found', () => {
  const broken = rulesBrokenBy('cli', { src: `import { a } from '../../../admin/src/a.ts';` });
  assert.match(broken.join('\n'), /stays inside its package/);
});

test('a pure package that does I/O is found, its tests are not', () => {
  const broken = rulesBrokenBy('upstream', {
    src: `import { readFile } from 'node:fs/promises';`,
    test: `import { readFile } from 'node:fs/promises';`,
  });
  assert.deepEqual(broken.length, 1);
  assert.match(broken[0] ?? '', /`upstream` does no I\/O/);
});

test('references and dependencies that differ are found both ways', () => {
  const broken = rulesBrokenBy('admin', { manifest: { dependencies: workspace('core') }, references: ['testkit'] });
  assert.equal(broken.filter((rule) => rule.includes('say the same')).length, 2);
});

test('a package without a place among the arrows is found', () => {
  assert.match(rulesBrokenBy('tools', {}).join('\n'), /Every package has its place/);
});
