import { GatewayError } from '@tollgate/core';
import assert from 'node:assert/strict';
import { retriesAlwaysAllowed } from '../src/retry-budget.ts';
import { credential, rejectionOf, scenario, target } from './support/bench.ts';
import { answers, fails, keepsSilent } from './support/scripted-provider.ts';

const onlyA = { targets: [target('a')] };

scenario('a retry waits for its back-off and not longer', async (bench) => {
  bench.a.follow(fails('server_error'), answers());
  const call = bench.begin(onlyA);
  await bench.clock.advanceSettling(99);
  assert.equal(bench.a.sent.length, 1);
  await bench.clock.advanceSettling(1);
  assert.equal(bench.a.sent.length, 2);
  assert.equal((await call).attempts.length, 2);
});

scenario('a Retry-After within the maximum is waited out, and no other call is held up by it', async (bench) => {
  bench.a.follow(fails('rate_limited', { retryAfterMs: 3_000 }), answers());
  const call = bench.begin(onlyA);
  await bench.clock.advanceSettling(2_999);
  assert.equal(bench.a.sent.length, 1);
  assert.deepEqual(bench.upstream.status().credentialsSetAside, []);
  await bench.clock.advanceSettling(101);
  assert.equal(bench.a.sent.length, 2);
  await call;
});

scenario('a longer Retry-After for a credential sets that aside, and the call moves on at once', async (bench) => {
  bench.a.follow(fails('rate_limited', { retryAfterMs: 30_000 }));
  const call = bench.begin();
  await bench.clock.advanceSettling(0);
  assert.equal((await call).target.provider, 'b');
  assert.deepEqual(bench.upstream.status().credentialsSetAside, [
    { provider: 'a', credential: 'default', verdict: 'cool' },
  ]);
  const { error } = await bench.failureOf(onlyA, 0);
  assert.deepEqual([error.code, error.retryAfterMs], ['no_target_available', 30_000]);
  assert.match(error.message, /a\/m \(its credentials are set aside\)/);
});

scenario('a longer Retry-After that is not about the credential cools the target alone', async (bench) => {
  bench.a.follow(fails('overloaded', { retryAfterMs: 30_000 }), answers());
  const call = bench.begin();
  await bench.clock.advanceSettling(0);
  assert.equal((await call).target.provider, 'b');
  const { error } = await bench.failureOf(onlyA, 0);
  assert.deepEqual([error.code, error.retryAfterMs], ['no_target_available', 30_000]);
  assert.match(error.message, /a\/m \(cooling\)/);
  assert.equal((await bench.answerTo({ targets: [target('a', 'another model')] })).target.provider, 'a');
  await bench.clock.advanceSettling(30_000);
  assert.equal((await bench.answerTo(onlyA)).target.provider, 'a');
});

scenario('a Retry-After of an attempt that was the last is kept by those that come after', async (bench) => {
  bench.a.follow(fails('rate_limited', { retryAfterMs: 1_000 }));
  const { error } = await bench.failureOf(onlyA, 3_000);
  assert.deepEqual([error.code, error.retryAfterMs], ['no_target_available', 1_000]);
  assert.equal(bench.upstream.status().credentialsSetAside.length, 1);
});

scenario(
  'a back-off that would outlast the deadline is not begun',
  async (bench) => {
    bench.a.follow(fails('server_error', { retryAfterMs: 4_900 }), answers());
    bench.a.follow(keepsSilent, answers());
    const call = bench.begin({ ...onlyA });
    await bench.clock.advanceSettling(5_000);
    bench.a.lastSent.fail('server_error', { retryAfterMs: 4_900 });
    const { error } = await rejectionOf(call);
    assert.equal(error.code, 'upstream_failed');
    assert.equal(bench.a.sent.length, 1);
  },
  { timeouts: { connectMs: 1_000, firstContentMs: 9_000, unstreamedMs: 9_000, idleMs: 9_000, totalMs: 9_000 } },
);

const twoCredentials = {
  credentials: new Map([
    ['a', [credential('one'), credential('two')]],
    ['b', [credential('default')]],
  ]),
};

for (const code of ['quota_spent', 'credential_refused'] as const) {
  scenario(
    `${code}: the next credential at once, no retry spent, and the first is set aside`,
    async (bench) => {
      bench.a.follow(fails(code), fails('server_error'), fails('server_error'), answers());
      const call = bench.begin(onlyA);
      await bench.clock.advanceSettling(0);
      assert.deepEqual(
        bench.a.sent.map(({ request }) => request.credential.name),
        ['one', 'two'],
      );
      await bench.clock.advanceSettling(1_000);
      assert.equal((await call).attempts.length, 4);
      assert.deepEqual(bench.upstream.status().credentialsSetAside, [
        { provider: 'a', credential: 'one', verdict: 'disable' },
      ]);
    },
    twoCredentials,
  );
}

scenario(
  'a credential that the target refuses but the verdict keeps is not tried twice by the call',
  async (bench) => {
    bench.a.follow(fails('credential_refused', { credential: 'keep' }));
    const { attempts, error } = await bench.failureOf(onlyA, 0);
    assert.deepEqual(
      attempts.map(({ credential: name }) => name),
      ['one', 'two'],
    );
    assert.equal(
      error.message,
      'Every attempt failed: a/m with credential one: credential_refused (401); a/m with credential two: credential_refused (401).',
    );
  },
  twoCredentials,
);

scenario(
  'a credential told to wait makes way for another without a wait',
  async (bench) => {
    bench.a.follow(fails('rate_limited', { retryAfterMs: 2_000 }), answers());
    const call = bench.begin(onlyA);
    await bench.clock.advanceSettling(0);
    assert.equal((await call).attempts.at(-1)?.credential, 'two');
    assert.deepEqual(bench.upstream.status().credentialsSetAside, [
      { provider: 'a', credential: 'one', verdict: 'cool' },
    ]);
  },
  twoCredentials,
);

scenario(
  'credentials told to wait, not how long, never all stand aside',
  async (bench) => {
    bench.a.follow(fails('rate_limited'));
    await bench.failureOf(onlyA, 4_000);
    assert.deepEqual(
      bench.a.sent.map(({ request }) => request.credential.name),
      ['one', 'two', 'two'],
    );
    assert.deepEqual(bench.upstream.status().credentialsSetAside, [
      { provider: 'a', credential: 'one', verdict: 'cool' },
    ]);
  },
  twoCredentials,
);

scenario(
  'a disabled account that was topped up heals: one attempt tries it, and its answer restores it',
  async (bench) => {
    bench.a.follow(fails('quota_spent'), answers());
    await bench.failureOf(onlyA, 0);
    await bench.clock.advanceSettling(5 * 60_000);
    assert.equal((await bench.answerTo(onlyA)).attempts.length, 1);
    assert.deepEqual(bench.upstream.status().credentialsSetAside, []);
    assert.equal(bench.factsOf('credential_restored').length, 1);
  },
);

scenario(
  '1,000 calls to a dead target make no more retries than the budget allows',
  async (bench) => {
    bench.a.follow(fails('connect_failed'));
    const calls = Array.from({ length: 1_000 }, () => bench.begin(onlyA));
    await bench.clock.advanceSettling(9_000);
    for (const call of calls) await rejectionOf(call);
    const retries = bench.factsOf('retry').length;
    assert.equal(bench.a.sent.length, 1_000 + retries);
    assert.equal(retries, 200 + retriesAlwaysAllowed);
  },
  { breaker: { failures: 1_000_000, windowMs: 1, openMs: 1 } },
);

scenario('a further attempt is asked for only after one that may have been billed', async (bench) => {
  const asked: string[] = [];
  bench.a.follow(fails('connect_failed'), fails('connection_reset'), fails('overloaded'));
  const { attempts } = await bench.answerTo({
    beforeFurtherAttempt: async (next) => {
      asked.push(`${next.provider} as attempt ${bench.a.sent.length + 1}`);
      return true;
    },
  });
  assert.equal(attempts.length, 4);
  assert.deepEqual(asked, ['a as attempt 3']);
});

scenario('a further attempt that is not granted ends the call with what came before', async (bench) => {
  bench.a.follow(fails('connection_reset'));
  const { error, attempts } = await bench.failureOf({ beforeFurtherAttempt: async () => false });
  assert.equal(attempts.length, 1);
  assert.equal(error.code, 'upstream_failed');
  assert.equal(bench.b.sent.length, 0);
});

scenario('a rejection by the asked one leaves with the attempts, so that they are charged', async (bench) => {
  bench.a.follow(fails('connection_reset'));
  const refusal = new GatewayError('store_unavailable', { message: 'Redis is away.' });
  const known = await bench.failureOf({ beforeFurtherAttempt: () => Promise.reject(refusal) });
  assert.equal(known.error, refusal);
  assert.equal(known.attempts.length, 1);
  const unknown = await bench.failureOf({ beforeFurtherAttempt: () => Promise.reject(new Error('a bug')) });
  assert.equal(unknown.error.code, 'internal_error');
  assert.equal(unknown.attempts.length, 1);
});
