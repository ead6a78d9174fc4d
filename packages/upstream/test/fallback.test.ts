import { GatewayError } from '@tollgate/core';
import assert from 'node:assert/strict';
import { Bench, scenario, target } from './support/bench.ts';
import { answers, fails, keepsSilent } from './support/scripted-provider.ts';

const windows: Readonly<Record<string, number>> = { short: 8_000, medium: 32_000, long: 200_000 };
const byWindow = { contextWindowTokens: ({ providerModel }: { providerModel: string }) => windows[providerModel] };

scenario(
  'too long a context goes on to targets with a longer window alone',
  async (bench) => {
    bench.a.follow(fails('context_too_long'));
    const { attempts } = await bench.answerTo({
      targets: [target('a', 'medium'), ...['short', 'unknown', 'medium', 'long'].map((model) => target('b', model))],
    });
    assert.deepEqual(
      attempts.map((attempt) => [attempt.target.providerModel, attempt.result]),
      [
        ['medium', 'context_too_long'],
        ['long', 'answered'],
      ],
    );
  },
  byWindow,
);

scenario(
  'an unknown window is never taken for a longer one, nor for a shorter one to leave',
  async (bench) => {
    bench.a.follow(
      fails('context_too_long', { providerSaid: { message: 'prompt is too long: 9 tokens > 8 maximum' } }),
    );
    const { error, attempts } = await bench.failureOf({ targets: [target('a', 'unknown'), target('b', 'long')] });
    assert.equal(attempts.length, 1);
    assert.deepEqual(
      [error.code, error.status, error.message],
      ['upstream_rejected', 400, 'prompt is too long: 9 tokens > 8 maximum'],
    );
  },
  byWindow,
);

scenario("a refusal reaches the caller in the provider's words, and no other target is asked", async (bench) => {
  const providerSaid = {
    message: 'temperature: range: 0..1',
    type: 'invalid',
    code: 'bad_value',
    param: 'temperature',
  };
  bench.a.follow(fails('request_rejected', { httpStatus: 422, providerSaid }));
  const { error } = await bench.failureOf();
  assert.deepEqual(
    [error.code, error.status, error.message, error.providerType, error.providerCode, error.param],
    ['upstream_rejected', 422, 'temperature: range: 0..1', 'invalid', 'bad_value', 'temperature'],
  );
});

scenario('a refusal after other failures is the last word', async (bench) => {
  bench.a.follow(fails('server_error'));
  bench.b.follow(fails('request_rejected', { providerSaid: { message: 'no' } }));
  const { error } = await bench.failureOf();
  assert.deepEqual([error.code, error.status, error.message], ['upstream_rejected', 400, 'no']);
});

scenario('a refusal inside a 200 is passed on as a 400', async (bench) => {
  bench.a.follow(fails('error_in_answer', { next: 'stop', providerSaid: { message: 'flagged' } }));
  const { error } = await bench.failureOf();
  assert.deepEqual([error.code, error.status, error.message], ['upstream_rejected', 400, 'flagged']);
});

scenario(
  'a call that cannot be said to one target goes to the next, and fails with the very error if there is none',
  async (bench) => {
    const cause = new GatewayError('unsupported_field', { message: '`n` cannot be carried over.', param: 'n' });
    bench.a.follow(fails('request_rejected', { next: 'target', cause }));
    assert.equal((await bench.answerTo()).target.provider, 'b');
    const { error } = await bench.failureOf({ targets: [target('a')] });
    assert.equal(error, cause);
  },
);

scenario('all down: one sentence names each attempt with its credential and status, and no secret', async (bench) => {
  bench.a.follow(fails('server_error'), fails('connection_reset'), fails('connect_failed'));
  bench.b.follow(fails('model_not_found'));
  const { error } = await bench.failureOf();
  assert.equal(error.code, 'upstream_failed');
  assert.equal(
    error.message,
    'Every attempt failed: a/m with credential default: server_error (500); ' +
      'a/m with credential default: connection_reset; a/m with credential default: connect_failed; ' +
      'b/m with credential default: model_not_found (404).',
  );
});

scenario(
  'all at their limit: 503 with the soonest Retry-After, since it is not the limit of the caller',
  async (bench) => {
    bench.a.follow(fails('rate_limited', { retryAfterMs: 40_000 }));
    bench.b.follow(fails('overloaded', { retryAfterMs: 20_000 }));
    const { error } = await bench.failureOf();
    assert.deepEqual([error.code, error.status, error.retryAfterMs], ['no_target_available', 503, 20_000]);
  },
);

scenario('an attempt at its limit that may have been billed makes no retry safe', async (bench) => {
  bench.a.follow(fails('overloaded', { billing: 'possible' }));
  const { error } = await bench.failureOf({ targets: [target('a')] });
  assert.equal(error.code, 'upstream_failed');
});

scenario(
  'providers that are not set up or have no credential are passed over',
  async (bench) => {
    const { target: answering, attempts } = await bench.answerTo({ targets: [target('x'), target('b'), target('a')] });
    assert.deepEqual([answering.provider, attempts.length], ['a', 1]);
    const { error } = await bench.failureOf({ targets: [target('x'), target('b')] });
    assert.equal(
      error.message,
      'No target of the model can be tried now: x/m (its provider is not set up), b/m (its provider has no credential).',
    );
  },
  { credentials: new Map([['a', new Bench().settings.credentials.get('a') ?? []]]) },
);

scenario('an open breaker takes its target out of the way, and one probe brings it back', async (bench) => {
  bench.a.follow(fails('connect_failed'));
  await bench.answerTo();
  await bench.answerTo();
  assert.deepEqual(bench.upstream.status().openBreakers, [target('a')]);
  assert.equal(bench.factsOf('breaker_opened').length, 1);
  const before = bench.a.sent.length;
  await bench.clock.advanceSettling(15_000);
  bench.a.follow(keepsSilent);
  const calls = Array.from({ length: 20 }, () => bench.begin());
  await bench.clock.advanceSettling(0);
  assert.equal(bench.a.sent.length, before + 1, 'exactly one attempt while half open');
  bench.a.lastSent.content('back again');
  bench.a.lastSent.end();
  for (const call of calls) await call;
  assert.deepEqual(bench.upstream.status().openBreakers, []);
  assert.equal(bench.factsOf('breaker_closed').length, 1);
});

scenario('racing for the one probe, the others are told to come back', async (bench) => {
  bench.a.follow(fails('connect_failed'));
  const onlyA = { targets: [target('a')] };
  await bench.failureOf(onlyA);
  await bench.failureOf(onlyA);
  await bench.clock.advanceSettling(15_000);
  bench.a.follow(answers());
  const calls = await Promise.allSettled(Array.from({ length: 5 }, () => bench.begin(onlyA)));
  assert.equal(calls.filter(({ status }) => status === 'fulfilled').length, 1);
  const refused = calls.flatMap((call) => (call.status === 'rejected' ? [String(call.reason)] : []));
  assert.deepEqual(new Set(refused).size, 1);
  assert.match(refused[0] ?? '', /a\/m \(failing\)/);
});

scenario('a target that breaks off every answer after its first content opens its breaker', async (bench) => {
  bench.a.follow((attempt) => {
    attempt.content('a beginning');
    attempt.fail('cut');
  });
  for (let count = 0; count < 5; count += 1) await bench.answerTo();
  assert.deepEqual(bench.upstream.status().openBreakers, [target('a')]);
});

scenario('refusals of requests and credentials never open a breaker', async (bench) => {
  for (const code of ['request_rejected', 'rate_limited', 'model_not_found', 'context_too_long'] as const) {
    bench.a.follow(fails(code));
    for (let count = 0; count < 10; count += 1) await bench.failureOf({ targets: [target('a')] });
  }
  assert.deepEqual(bench.upstream.status().openBreakers, []);
});

scenario('a reload keeps the health of targets that still exist', async (bench) => {
  bench.a.follow(fails('connect_failed'));
  await bench.answerTo();
  await bench.answerTo();
  bench.upstream.update({ ...bench.settings, retry: { ...bench.settings.retry, attempts: 1 } });
  assert.deepEqual(bench.upstream.status().openBreakers, [target('a')]);
  bench.upstream.update({ ...bench.settings, providers: new Map([['b', bench.b]]) });
  assert.deepEqual(bench.upstream.status().openBreakers, []);
  assert.equal(bench.factsOf('breaker_closed').length, 1);
  const { target: answering, attempts } = await bench.answerTo();
  assert.deepEqual([answering.provider, attempts.length], ['b', 1], 'the new settings are in force');
});

scenario('a call under way keeps the policies that it began with', async (bench) => {
  bench.a.follow(fails('server_error'), fails('server_error'), answers());
  const call = bench.begin({ targets: [target('a')] });
  await bench.clock.advanceSettling(0);
  bench.upstream.update({ ...bench.settings, retry: { ...bench.settings.retry, attempts: 1 } });
  await bench.clock.advanceSettling(1_000);
  assert.equal((await call).attempts.length, 3);
});

scenario('facts tell each attempt, retry and fallback in order', async (bench) => {
  bench.a.follow(fails('connect_failed'));
  await bench.answerTo();
  assert.deepEqual(
    bench.facts.map((fact) => (fact.kind === 'attempt_ended' ? `${fact.target.provider} ${fact.result}` : fact.kind)),
    ['a connect_failed', 'retry', 'a connect_failed', 'retry', 'a connect_failed', 'fallback', 'b answered'],
  );
});
