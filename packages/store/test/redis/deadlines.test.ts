import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { ManualClock } from '@tollgate/testkit';
import { Deadlines } from '../../src/redis/deadlines.ts';

const late = new Error('late');

function openDeadlines(timeoutMs: number) {
  const clock = new ManualClock();
  return { clock, deadlines: new Deadlines(clock, timeoutMs, () => late) };
}

/** What becomes of it, once it has become something. */
function outcome(waited: Promise<string>): { readonly now: () => unknown } {
  let known: unknown;
  waited.then(
    (reply) => (known = reply),
    (error: unknown) => (known = error),
  );
  return { now: () => known };
}

test('each that waits is given up in its own time, whichever of the others was answered before', async () => {
  const { clock, deadlines } = openDeadlines(100);
  const sent = Array.from({ length: 4 }, () => Promise.withResolvers<string>());
  const outcomes: { readonly now: () => unknown }[] = [];
  for (const { promise } of sent) {
    outcomes.push(outcome(deadlines.within(promise)));
    clock.advance(10);
  }
  sent[1]?.resolve('second');
  sent[2]?.reject(new Error('third'));
  await clock.advanceSettling(55);
  assert.deepEqual(
    outcomes.map(({ now }) => now()),
    [undefined, 'second', new Error('third'), undefined],
  );
  await clock.advanceSettling(10);
  await nextTurn();
  assert.deepEqual([outcomes[0]?.now(), outcomes[3]?.now()], [late, undefined]);
  await clock.advanceSettling(25);
  await nextTurn();
  assert.equal(outcomes[3]?.now(), late);
  assert.equal(clock.scheduledCount, 0);
});

test('what was answered in the turn in which it came due is not late, and an answer after that changes nothing', async () => {
  const { clock, deadlines } = openDeadlines(100);
  const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const outcomes = [outcome(deadlines.within(first.promise)), outcome(deadlines.within(second.promise))];
  clock.advance(100);
  first.resolve('just in time');
  await nextTurn();
  await nextTurn();
  second.resolve('too late');
  await nextTurn();
  assert.deepEqual(
    outcomes.map(({ now }) => now()),
    ['just in time', late],
  );
});

test('one timer is enough for any number that wait, and none runs once nothing has waited for a while', async () => {
  const { clock, deadlines } = openDeadlines(100);
  for (let times = 0; times < 50; times += 1) {
    await deadlines.within(Promise.resolve('answered'));
    assert.equal(clock.scheduledCount, 1);
    clock.advance(1);
  }
  clock.advance(100);
  assert.equal(clock.scheduledCount, 0);
});
