import { GatewayError, type Target } from '@tollgate/core';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseTargets, shuffleWeightedRuns, type Availability } from '../src/choose-targets.ts';
import { target } from './support/bench.ts';

const usable = (): Availability => ({ usable: true });
const names = (targets: readonly { provider: string }[]): string => targets.map(({ provider }) => provider).join('');

/** Deterministic, and even enough to count with: the fractional parts of multiples of the golden ratio. */
function evenRandom(): () => number {
  let point = 0;
  return () => (point = (point + 0.618_033_988_749_895) % 1);
}

test('targets without weights keep their order', () => {
  const targets = [target('a'), target('b'), target('c')];
  assert.deepEqual(chooseTargets({ targets, availability: usable, random: Math.random }), targets);
});

test('a shuffle moves targets within their run of neighbours with weights, and loses none', () => {
  const routes = fc.array(
    fc.record({
      provider: fc.constantFrom('a', 'b', 'c'),
      providerModel: fc.string(),
      weight: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(routes, fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (targets, stream) => {
      const shuffled = shuffleWeightedRuns(targets, () => stream.next().value ?? 0);
      assert.deepEqual(new Set(shuffled), new Set(targets));
      assert.equal(shuffled.length, targets.length);
      targets.forEach((at, index) => {
        if (at.weight === undefined) assert.equal(shuffled[index], at);
      });
    }),
  );
});

test('the first place goes by weight', () => {
  const targets = [target('a', 'm', 3), target('b', 'm', 1)];
  const random = evenRandom();
  let firstIsA = 0;
  for (let count = 0; count < 1_000; count += 1)
    firstIsA += names(shuffleWeightedRuns(targets, random))[0] === 'a' ? 1 : 0;
  assert.ok(Math.abs(firstIsA - 750) < 30, `${firstIsA} of 1000`);
});

test('a weight of zero comes last in its run, and only then', () => {
  const targets = [target('z', 'm', 0), target('a', 'm', 1), target('b')];
  for (const point of [0, 0.5, 0.999]) assert.equal(names(shuffleWeightedRuns(targets, () => point)), 'azb');
});

test('a target that cannot be attempted is passed over and does not join the runs on its two sides', () => {
  const targets = [target('a', 'm', 1), target('b'), target('c', 'm', 9)];
  const availability = (at: { provider: string }): Availability =>
    at.provider === 'b' ? { usable: false, reason: 'failing', inMs: 1 } : { usable: true };
  for (const point of [0, 0.5, 0.999]) {
    assert.equal(names(chooseTargets({ targets, availability, random: () => point })), 'ac');
  }
});

function refusalFor(availability: (target: Target) => Availability, ...providers: readonly string[]): GatewayError {
  const targets = providers.map((provider) => target(provider));
  try {
    chooseTargets({ targets, availability, random: () => 0 });
  } catch (error) {
    if (error instanceof GatewayError) return error;
  }
  return assert.fail('some target was chosen');
}

test('where none can be attempted the error names each and the soonest time', () => {
  const waits: Readonly<Record<string, number | undefined>> = { a: 9_000, b: 4_000, c: undefined };
  const error = refusalFor(
    ({ provider }) => ({ usable: false, reason: `reason ${provider}`, inMs: waits[provider] }),
    'a',
    'b',
    'c',
  );
  assert.deepEqual([error.code, error.status, error.retryAfterMs], ['no_target_available', 503, 4_000]);
  assert.equal(
    error.message,
    'No target of the model can be tried now: a/m (reason a), b/m (reason b), c/m (reason c).',
  );
});

test('where waiting cannot help no time is named', () => {
  const error = refusalFor(() => ({ usable: false, reason: 'its provider has no credential', inMs: undefined }), 'a');
  assert.equal(error.retryAfterMs, undefined);
});
