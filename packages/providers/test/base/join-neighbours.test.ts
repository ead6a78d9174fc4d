import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinNeighbours } from '../../src/base/join-neighbours.ts';

const whole = Buffer.from('abcdef');

test('neighbours are joined without a copy', () => {
  const joined = joinNeighbours([whole.subarray(1, 3), whole.subarray(3, 5)]);
  assert.equal(joined.toString(), 'bcde');
  assert.equal(joined.buffer, whole.buffer);
});

test('pieces with a gap, in another order or of other memory are joined in order', () => {
  assert.equal(joinNeighbours([whole.subarray(0, 2), whole.subarray(4, 6)]).toString(), 'abef');
  assert.equal(joinNeighbours([whole.subarray(2, 4), whole.subarray(0, 2)]).toString(), 'cdab');
  assert.equal(joinNeighbours([whole.subarray(0, 2), Buffer.from('x')]).toString(), 'abx');
  assert.equal(joinNeighbours([]).length, 0);
});
