import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLinks } from '../checks/check-links.ts';

const errors = '# Errors\n\n## What `admit` says, twice\n';
const targets = {
  exists: (path: string) => ['README.md', 'docs/errors.md', 'packages/core'].includes(path),
  document: (path: string) => (path === 'docs/errors.md' ? errors : undefined),
};
const found = (text: string, path = 'docs/errors.md') => checkLinks({ path, text }, targets).map(({ line }) => line);

test('links to files, folders and headings that exist pass', () => {
  const text = '[a](../README.md) [b](../packages/core) [c](errors.md#what-admit-says-twice) [d](https://example.com)';
  assert.deepEqual(found(text), []);
});

test('a link to nothing is found with its line', () => {
  assert.deepEqual(found('[a](../README.md)\n[b](missing.md)'), [2]);
});

test('a link to a heading that is not there is found, in the same document too', () => {
  assert.deepEqual(found('[a](docs/errors.md#nowhere)\n# Here\n[b](#here) [c](#there)', 'README.md'), [1, 3]);
});

test('what looks like a link in code is none', () => {
  assert.deepEqual(found('`[a](missing.md)`\n```\n[b](missing.md)\n```\n'), []);
});
