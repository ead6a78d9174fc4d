import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesPattern, modelAllowed } from '../src/index.ts';

test('a pattern without a star matches only itself', () => {
  assert.equal(matchesPattern('gpt-4o', 'gpt-4o'), true);
  assert.equal(matchesPattern('gpt-4o', 'gpt-4o-mini'), false);
  assert.equal(matchesPattern('gpt.4o', 'gpt-4o'), false);
});

test('a star matches any run of characters, none included', () => {
  assert.equal(matchesPattern('*', ''), true);
  assert.equal(matchesPattern('gpt-*', 'gpt-'), true);
  assert.equal(matchesPattern('gpt-*', 'gpt-4o'), true);
  assert.equal(matchesPattern('*-mini', 'gpt-4o-mini'), true);
  assert.equal(matchesPattern('openai/*-mini', 'openai/gpt-4o-mini'), true);
  assert.equal(matchesPattern('a*b*c', 'a1b2c'), true);
  assert.equal(matchesPattern('a*b*c', 'acb'), false);
});

test('the parts of a pattern do not overlap', () => {
  assert.equal(matchesPattern('ab*ba', 'aba'), false);
  assert.equal(matchesPattern('a*ab*b', 'aab'), false);
  assert.equal(matchesPattern('a*ab*b', 'aabb'), true);
});

test('patterns agree with the regular expression that they mean', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  const model = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
  fc.assert(
    fc.property(text, model, (pattern, name) => {
      const meant = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
      return matchesPattern(pattern, name) === meant.test(name);
    }),
    { numRuns: 2000 },
  );
});

test('a model is allowed by any one pattern, and by none where there is none', () => {
  assert.equal(modelAllowed(['gpt-*', 'claude-*'], 'claude-opus-5'), true);
  assert.equal(modelAllowed([], 'gpt-4o'), false);
});
