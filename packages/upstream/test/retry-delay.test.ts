import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryDelayMs } from '../src/retry-delay.ts';

const policies = fc.record({
  attempts: fc.integer({ min: 1, max: 10 }),
  baseMs: fc.integer({ min: 0, max: 1_000 }),
  maxMs: fc.integer({ min: 0, max: 60_000 }),
  budgetPercent: fc.integer({ min: 0, max: 100 }),
  afterTimeout: fc.boolean(),
});
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const retryNumbers = fc.integer({ min: 1, max: 2_000 });

test('a delay lies between zero and the exponential bound, which never exceeds the maximum', () => {
  fc.assert(
    fc.property(policies, randoms, retryNumbers, (policy, random, retryNumber) => {
      const delayMs = retryDelayMs({ retryNumber, retryAfterMs: undefined, policy, random: () => random });
      assert.ok(delayMs !== undefined && delayMs >= 0 && delayMs <= policy.maxMs);
      if (retryNumber < 50) assert.ok(delayMs <= policy.baseMs * 2 ** (retryNumber - 1));
    }),
  );
});

test('a delay is never shorter than the Retry-After and at most one bound longer', () => {
  fc.assert(
    fc.property(policies, randoms, fc.nat(), (policy, random, some) => {
      const retryAfterMs = some % (policy.maxMs + 1);
      const retryNumber = 1 + (some % 2_000);
      const delayMs = retryDelayMs({ retryNumber, retryAfterMs, policy, random: () => random });
      assert.ok(delayMs !== undefined && delayMs >= retryAfterMs && delayMs <= retryAfterMs + policy.maxMs);
    }),
  );
});

test('a Retry-After beyond the maximum is not waited for', () => {
  fc.assert(
    fc.property(policies, randoms, fc.integer({ min: 1 }), (policy, random, beyondMs) => {
      const retryAfterMs = policy.maxMs + beyondMs;
      assert.equal(retryDelayMs({ retryNumber: 1, retryAfterMs, policy, random: () => random }), undefined);
    }),
  );
});

test('the bound doubles with each retry', () => {
  const policy = { attempts: 9, baseMs: 200, maxMs: 5_000, budgetPercent: 20, afterTimeout: false };
  const half = (retryNumber: number) =>
    retryDelayMs({ retryNumber, retryAfterMs: undefined, policy, random: () => 0.5 });
  assert.deepEqual([1, 2, 3, 4, 5, 6].map(half), [100, 200, 400, 800, 1_600, 2_500]);
});
