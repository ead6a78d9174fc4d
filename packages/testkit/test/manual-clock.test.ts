import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../src/manual-clock.ts';

test('time stands still until it is advanced, and both readings move together', () => {
  const clock = new ManualClock();
  const wall = clock.nowMs();
  clock.advance(250);
  assert.equal(clock.nowMs(), wall + 250);
  assert.equal(clock.monotonicMs(), 250);
});

test('actions run in order of their time, at their time, those of one time as they were scheduled', () => {
  const clock = new ManualClock();
  const ran: string[] = [];
  const note = (name: string) => () => ran.push(`${name}@${clock.monotonicMs()}`);
  clock.schedule(20, note('late'));
  clock.schedule(10, note('first'));
  clock.schedule(10, note('second'));
  clock.advance(15);
  assert.deepEqual(ran, ['first@10', 'second@10']);
  assert.equal(clock.scheduledCount, 1);
  clock.advance(5);
  assert.deepEqual(ran, ['first@10', 'second@10', 'late@20']);
});

test('an action scheduled by an action runs within the same advance when it comes due', () => {
  const clock = new ManualClock();
  const ranAt: number[] = [];
  clock.schedule(10, () => clock.schedule(10, () => ranAt.push(clock.monotonicMs())));
  clock.advance(25);
  assert.deepEqual(ranAt, [20]);
});

test('a cancelled action never runs', () => {
  const clock = new ManualClock();
  const cancel = clock.schedule(10, () => assert.fail('it was cancelled'));
  cancel();
  clock.advance(10);
  assert.equal(clock.scheduledCount, 0);
});

test('advanceSettling lets a promise schedule the next action in time', async () => {
  const clock = new ManualClock();
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => clock.schedule(ms, resolve));
  const wokenAt: number[] = [];
  const sleeper = (async () => {
    await sleep(10);
    wokenAt.push(clock.monotonicMs());
    await sleep(10);
    wokenAt.push(clock.monotonicMs());
  })();
  await clock.advanceSettling(30);
  await sleeper;
  assert.deepEqual(wokenAt, [10, 20]);
});
