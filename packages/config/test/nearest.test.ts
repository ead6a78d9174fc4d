import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance, nearest, suggestion } from '../src/nearest.ts';

test('the distance counts insertions, deletions, substitutions and swaps of neighbours', () => {
  assert.equal(editDistance('', 'abc'), 3);
  assert.equal(editDistance('abc', 'abc'), 0);
  assert.equal(editDistance('target', 'targets'), 1);
  assert.equal(editDistance('openruoter', 'openrouter'), 1);
  assert.equal(editDistance('kitten', 'sitting'), 3);
});

test('a name is suggested where it is near, whatever the case', () => {
  assert.equal(nearest('Provider', ['models', 'providers']), 'providers');
  assert.equal(nearest('x', ['models', 'providers']), undefined);
  assert.equal(nearest('anything', []), undefined);
});

test('where none is near, all are named', () => {
  assert.equal(suggestion('modles', ['models', 'tiers']), '; did you mean `models`?');
  assert.equal(suggestion('colour', ['models', 'tiers']), '; known here: `models`, `tiers`');
  assert.equal(suggestion('colour', []), '');
});
