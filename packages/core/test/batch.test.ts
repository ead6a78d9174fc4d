import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { atTurnEnd, Batch, onceIdle } from '../src/index.ts';

test('what one turn brings goes on together at its end, each step in a row, in the order of coming', async () => {
  const batch = new Batch(atTurnEnd);
  const seen: string[] = [];
  const go = async (name: string): Promise<void> => {
    await batch.join();
    seen.push(`${name} 1`);
    await Promise.resolve();
    seen.push(`${name} 2`);
  };
  const all = Promise.all(['a', 'b'].map(go));
  await Promise.resolve();
  assert.deepEqual(seen, []);
  await all;
  assert.deepEqual(seen, ['a 1', 'b 1', 'a 2', 'b 2']);
});

test('what comes once a batch has gone on is the next batch', async () => {
  const batch = new Batch(onceIdle);
  const first = batch.join();
  assert.equal(batch.join(), first);
  await first;
  assert.notEqual(batch.join(), first);
});

test('once nothing else can go on, a batch does not wait for the end of the turn', async () => {
  const batch = new Batch(onceIdle);
  const seen: string[] = [];
  const turned = turn().then(() => seen.push('turn'));
  await batch.join().then(() => seen.push('batch'));
  await turned;
  assert.deepEqual(seen, ['batch', 'turn']);
});

test('of a thousand in one turn the first do not wait for all', async () => {
  const batch = new Batch(atTurnEnd);
  const batches = new Set(Array.from({ length: 1000 }, () => batch.join()));
  assert.equal(batches.size, 16);
  await Promise.all(batches);
});
