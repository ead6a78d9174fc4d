import { ManualClock } from '@tollgate/testkit';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CredentialHealth, disabledForMs, type CredentialLease } from '../src/credential-health.ts';
import { maxCoolMs } from '../src/target-health.ts';
import type { UpstreamFact } from '../src/upstream-fact.ts';
import { credential } from './support/bench.ts';

function createHealth() {
  const clock = new ManualClock();
  const facts: UpstreamFact[] = [];
  const health = new CredentialHealth({
    credentials: new Map([['p', [credential('one'), credential('two')]]]),
    clock,
    observe: (fact) => facts.push(fact),
  });
  const pick = (): CredentialLease => {
    const lease = health.pick('p');
    assert.ok(lease, 'a credential is available');
    return lease;
  };
  return { clock, facts, health, pick, picked: () => health.pick('p')?.credential.name };
}

test("the first healthy one in config's order is picked", () => {
  const { health, pick, picked } = createHealth();
  assert.equal(picked(), 'one');
  health.cool(pick(), 1_000);
  assert.equal(picked(), 'two');
  assert.equal(health.pick('p', new Set(['two'])), undefined);
});

test('a provider without credentials has none available, and one whose are set aside has in a while', () => {
  const { health, pick } = createHealth();
  assert.equal(health.availableInMs('nobody'), undefined);
  assert.equal(health.availableInMs('p'), 0);
  health.cool(pick(), 3_000);
  health.cool(pick(), 2_000);
  assert.equal(health.availableInMs('p'), 2_000);
});

test('a cooling one is back when its time is over, which is said when it is picked', () => {
  const { clock, health, facts, pick, picked } = createHealth();
  health.cool(pick(), 1_000);
  clock.advance(999);
  assert.equal(picked(), 'two');
  assert.deepEqual(health.setAside(), [{ provider: 'p', credential: 'one', verdict: 'cool' }]);
  clock.advance(1);
  assert.deepEqual(health.setAside(), []);
  assert.equal(picked(), 'one');
  assert.deepEqual(
    facts.map((fact) => fact.kind),
    ['credential_set_aside', 'credential_restored'],
  );
});

test('no Retry-After sets a credential aside for longer than the bound', () => {
  const { clock, health, pick, picked } = createHealth();
  health.cool(pick(), 86_400_000);
  clock.advance(maxCoolMs);
  assert.equal(picked(), 'one');
});

test('a shorter wait told late does not cut a longer one', () => {
  const { clock, health, pick, picked } = createHealth();
  const lease = pick();
  health.cool(lease, 10_000);
  health.cool(lease, 1_000);
  clock.advance(5_000);
  assert.equal(picked(), 'two');
});

test('a disabled one is tried again after minutes by one attempt at a time, and is back when that was answered', () => {
  const { clock, health, pick, picked } = createHealth();
  health.disable(pick());
  clock.advance(disabledForMs - 1);
  assert.equal(picked(), 'two');
  clock.advance(1);
  const trial = pick();
  assert.deepEqual([trial.credential.name, trial.isTrial], ['one', true]);
  assert.equal(picked(), 'two');
  assert.deepEqual(health.setAside(), [{ provider: 'p', credential: 'one', verdict: 'disable' }]);
  health.confirm(trial);
  assert.equal(pick().isTrial, false);
  assert.deepEqual(health.setAside(), []);
});

test('a trial refused again waits minutes more; one that says nothing makes way for the next', () => {
  const { clock, health, pick, picked, facts } = createHealth();
  health.disable(pick());
  clock.advance(disabledForMs);
  health.release(pick());
  const trial = pick();
  assert.equal(trial.isTrial, true);
  health.disable(trial);
  clock.advance(disabledForMs - 1);
  assert.equal(picked(), 'two');
  assert.equal(facts.length, 1, 'it was set aside once, for all anybody can tell');
});

test('a late word to wait does not turn a disabled one into a cooling one', () => {
  const { clock, health, pick } = createHealth();
  const lease = pick();
  health.disable(lease);
  health.cool(lease, 1);
  clock.advance(1_000);
  assert.deepEqual(health.setAside(), [{ provider: 'p', credential: 'one', verdict: 'disable' }]);
});

test('a reload keeps what is set aside, but for a credential that is gone or has another secret', () => {
  const { health, facts, pick, picked } = createHealth();
  health.disable(pick());
  health.disable(pick());
  health.update(new Map([['p', [credential('one'), credential('two', 'a new secret')]]]));
  assert.deepEqual(health.setAside(), [{ provider: 'p', credential: 'one', verdict: 'disable' }]);
  assert.equal(picked(), 'two');
  health.update(new Map());
  assert.deepEqual(health.setAside(), []);
  assert.equal(facts.filter((fact) => fact.kind === 'credential_restored').length, 2);
});

test('an attempt with the secret of before a reload does not set the new one aside', () => {
  const { health, pick, picked } = createHealth();
  const old = pick();
  health.update(new Map([['p', [credential('one', 'a new secret')]]]));
  health.disable(old);
  assert.equal(picked(), 'one');
});
