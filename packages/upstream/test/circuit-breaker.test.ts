import { ManualClock } from '@tollgate/testkit';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CircuitBreaker, type TargetVerdict } from '../src/circuit-breaker.ts';

const policy = { failures: 3, windowMs: 10_000, openMs: 5_000 };

function createBench() {
  const clock = new ManualClock();
  const changes: string[] = [];
  const breaker = new CircuitBreaker({
    clock,
    onOpened: () => changes.push('opened'),
    onClosed: () => changes.push('closed'),
  });
  const attempt = (verdict: TargetVerdict): void => {
    const permit = breaker.tryEnter();
    assert.ok(permit, 'the breaker lets the attempt pass');
    breaker.report(permit, verdict, policy);
  };
  return { clock, changes, breaker, attempt };
}

test('faults in a row within the window open it, and nothing passes then', () => {
  const { breaker, changes, attempt } = createBench();
  attempt('faulty');
  attempt('faulty');
  assert.equal(breaker.isClosed, true);
  attempt('faulty');
  assert.equal(breaker.isClosed, false);
  assert.equal(breaker.tryEnter(), undefined);
  assert.equal(breaker.availableInMs, 5_000);
  assert.deepEqual(changes, ['opened']);
});

test('faults further apart than the window do not add up', () => {
  const { breaker, clock, attempt } = createBench();
  for (let count = 0; count < 10; count += 1) {
    attempt('faulty');
    clock.advance(5_000);
  }
  assert.equal(breaker.isClosed, true);
});

test('an answer in between starts the count anew; what says nothing does not', () => {
  const { breaker, attempt } = createBench();
  attempt('faulty');
  attempt('faulty');
  attempt('alive');
  attempt('faulty');
  attempt('faulty');
  attempt('unclear');
  assert.equal(breaker.isClosed, true);
  attempt('faulty');
  assert.equal(breaker.isClosed, false);
});

test('half open, exactly one attempt passes until it is over', () => {
  const { breaker, clock, attempt } = createBench();
  for (let count = 0; count < 3; count += 1) attempt('faulty');
  clock.advance(4_999);
  assert.equal(breaker.tryEnter(), undefined);
  clock.advance(1);
  const probe = breaker.tryEnter();
  assert.equal(probe?.isProbe, true);
  assert.equal(breaker.tryEnter(), undefined);
  assert.ok(breaker.availableInMs > 0);
});

for (const [verdict, closed, passesAtOnce] of [
  ['alive', true, true],
  ['faulty', false, false],
  ['unclear', false, true],
] as const) {
  test(`a probe that turns out ${verdict} leaves it ${closed ? 'closed' : 'open'}${passesAtOnce && !closed ? ' to the next probe' : ''}`, () => {
    const { breaker, clock, changes, attempt } = createBench();
    for (let count = 0; count < 3; count += 1) attempt('faulty');
    clock.advance(5_000);
    attempt(verdict);
    assert.equal(breaker.isClosed, closed);
    assert.equal(breaker.availableInMs === 0, passesAtOnce);
    assert.deepEqual(changes, closed ? ['opened', 'closed'] : ['opened']);
  });
}

test('attempts from before it opened neither close it nor prolong it', () => {
  const { breaker, clock, attempt } = createBench();
  const [early, late] = [breaker.tryEnter(), breaker.tryEnter()];
  assert.ok(early && late);
  for (let count = 0; count < 3; count += 1) attempt('faulty');
  clock.advance(1_000);
  breaker.report(early, 'alive', policy);
  breaker.report(late, 'faulty', policy);
  assert.equal(breaker.isClosed, false);
  assert.equal(breaker.availableInMs, 4_000);
});
