import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pool } from 'undici';
import { ConnectionLanes } from '../../src/base/connection-lanes.ts';

const openLanes = (): ConnectionLanes => new ConnectionLanes(() => new Pool('http://127.0.0.1:9'));

test('few exchanges share one pool, and a lane is full at 256', () => {
  const lanes = openLanes();
  const taken = Array.from({ length: 257 }, () => lanes.take());
  assert.equal(new Set(taken).size, 2);
  assert.equal(taken[255], taken[0]);
});

test('a place that was left is taken again before another lane is opened', () => {
  const lanes = openLanes();
  const [first] = Array.from({ length: 256 }, () => lanes.take());
  assert.ok(first !== undefined);
  first.inFlight -= 1;
  assert.equal(lanes.take(), first);
});

test('closing closes every lane, and a lane opened later too', async () => {
  const lanes = openLanes();
  const taken = Array.from({ length: 257 }, () => lanes.take());
  await lanes.close();
  const late = Array.from({ length: 257 }, () => lanes.take());
  for (const { dispatcher } of [...taken, ...late]) assert.equal(dispatcher instanceof Pool && dispatcher.closed, true);
});
