import fc from 'fast-check';
import { ManualClock } from '@tollgate/testkit';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RetryBudget, retriesAlwaysAllowed } from '../src/retry-budget.ts';

const takeAll = (budget: RetryBudget, percent: number): number => {
  let taken = 0;
  while (budget.tryTakeRetry(percent)) taken += 1;
  return taken;
};

test('a quiet target has a few retries whatever the share', () => {
  const budget = new RetryBudget(new ManualClock());
  budget.noteFirstAttempt();
  assert.equal(takeAll(budget, 0), retriesAlwaysAllowed);
});

test('retries are a share of first attempts, over the few', () => {
  const budget = new RetryBudget(new ManualClock());
  for (let count = 0; count < 1_000; count += 1) budget.noteFirstAttempt();
  assert.equal(takeAll(budget, 20), 200 + retriesAlwaysAllowed);
});

test('what was spent comes back once both spans have passed, and not before', () => {
  const clock = new ManualClock();
  const budget = new RetryBudget(clock);
  takeAll(budget, 0);
  clock.advance(10_000);
  assert.equal(takeAll(budget, 0), 0);
  clock.advance(10_000);
  assert.equal(takeAll(budget, 0), retriesAlwaysAllowed);
});

test('after a long silence nothing of before counts', () => {
  const clock = new ManualClock();
  const budget = new RetryBudget(clock);
  for (let count = 0; count < 1_000; count += 1) budget.noteFirstAttempt();
  clock.advance(60_000);
  assert.equal(takeAll(budget, 100), retriesAlwaysAllowed);
});

test('however calls and retries interleave, retries keep to the share of every span', () => {
  const steps = fc.array(fc.constantFrom('first', 'retry', 'tick'), { maxLength: 400 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 100 }), (moves, percent) => {
      const clock = new ManualClock();
      const budget = new RetryBudget(clock);
      let firsts = 0;
      let retries = 0;
      let ticks = 0;
      for (const move of moves) {
        if (move === 'first') {
          budget.noteFirstAttempt();
          firsts += 1;
        } else if (move === 'retry') retries += budget.tryTakeRetry(percent) ? 1 : 0;
        else {
          clock.advance(1_000);
          ticks += 1;
        }
      }
      const spans = Math.floor(ticks / 10) + 1;
      assert.ok(retries <= spans * (retriesAlwaysAllowed + 1) + (2 * firsts * percent) / 100);
    }),
    { numRuns: 50 },
  );
});
