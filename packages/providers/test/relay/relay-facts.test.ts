import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RelayFacts } from '../../src/relay/relay-facts.ts';

const unitsOf = (seconds: number): number | undefined => {
  const facts = new RelayFacts({ reportedCost: () => undefined });
  facts.readFrame({ text: 'hello', usage: { type: 'duration', seconds } });
  return facts.usage?.units;
};

test('a recording is billed by the second that has begun', () => {
  assert.deepEqual([0, 0.2, 61, 61.5].map(unitsOf), [0, 1, 61, 62]);
});

test('a length that no recording has is as if it were not said', () => {
  assert.deepEqual([-1, 1e300, Infinity, NaN].map(unitsOf), [undefined, undefined, undefined, undefined]);
});
