import { ManualClock } from '@tollgate/testkit';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxCoolMs, TargetHealthRegistry, type TargetHealth } from '../src/target-health.ts';
import type { UpstreamFact } from '../src/upstream-fact.ts';
import { target } from './support/bench.ts';

const openAtOnce = { failures: 1, windowMs: 1_000, openMs: 1_000 };

function createRegistry() {
  const clock = new ManualClock();
  const facts: UpstreamFact[] = [];
  return { clock, facts, registry: new TargetHealthRegistry({ clock, observe: (fact) => facts.push(fact) }) };
}

function openBreaker({ breaker }: TargetHealth): void {
  const permit = breaker.tryEnter();
  assert.ok(permit);
  breaker.report(permit, 'faulty', openAtOnce);
}

test('equal targets share their health, whatever their weight', () => {
  const { registry } = createRegistry();
  assert.equal(registry.of(target('a', 'm', 1)), registry.of(target('a', 'm')));
  assert.notEqual(registry.of(target('a', 'm')), registry.of(target('a', 'n')));
});

test('models that callers make up cannot fill memory: the least lately used is forgotten, and said to be closed', () => {
  const { registry, facts } = createRegistry();
  openBreaker(registry.of(target('a', 'forgotten')));
  openBreaker(registry.of(target('a', 'in use')));
  for (let count = 0; count < 10_000; count += 1) {
    registry.of(target('a', `made up ${count}`));
    registry.of(target('a', 'in use'));
  }
  assert.deepEqual(registry.openBreakers(), [target('a', 'in use')]);
  assert.deepEqual(
    facts.flatMap((fact) => (fact.kind === 'breaker_closed' ? [fact.target.providerModel] : [])),
    ['forgotten'],
  );
});

test('a target cools as long as it asked, up to a bound; a shorter wait told late does not cut it', () => {
  const { registry, clock } = createRegistry();
  const health = registry.of(target('a'));
  health.cool(10_000);
  health.cool(1_000);
  assert.equal(health.coolForMs, 10_000);
  clock.advance(10_000);
  assert.equal(health.coolForMs, 0);
  health.cool(86_400_000);
  assert.equal(health.coolForMs, maxCoolMs);
});
