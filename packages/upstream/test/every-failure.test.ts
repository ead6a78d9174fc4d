import type { AttemptErrorCode } from '@tollgate/core';
import assert from 'node:assert/strict';
import { allCodes } from './support/attempt-errors.ts';
import { scenario } from './support/bench.ts';
import { answers, fails } from './support/scripted-provider.ts';

/** What follows a failure of the first attempt of a call to `a`, then `b`; as a provider words it. */
type Sequel = 'retries, then falls back' | 'falls back' | 'ends the call';

const sequels: Readonly<Record<AttemptErrorCode, Sequel>> = {
  connect_failed: 'retries, then falls back',
  connect_timeout: 'retries, then falls back',
  connection_reset: 'retries, then falls back',
  rate_limited: 'retries, then falls back',
  overloaded: 'retries, then falls back',
  server_error: 'retries, then falls back',
  malformed_answer: 'retries, then falls back',
  error_in_answer: 'retries, then falls back',
  cut: 'retries, then falls back',
  quota_spent: 'falls back',
  credential_refused: 'falls back',
  model_not_found: 'falls back',
  answer_too_large: 'falls back',
  // No window is known to be longer than another.
  context_too_long: 'ends the call',
  request_rejected: 'ends the call',
  first_content_timeout: 'ends the call',
  unstreamed_timeout: 'ends the call',
  idle_timeout: 'ends the call',
  deadline_passed: 'ends the call',
  aborted: 'ends the call',
};

/** What a caller is told where `a` and `b` both fail so. */
const callerErrors: Readonly<Record<AttemptErrorCode, readonly [code: string, status: number]>> = {
  connect_failed: ['upstream_failed', 502],
  connect_timeout: ['upstream_timeout', 504],
  connection_reset: ['upstream_failed', 502],
  rate_limited: ['no_target_available', 503],
  overloaded: ['no_target_available', 503],
  server_error: ['upstream_failed', 502],
  malformed_answer: ['upstream_failed', 502],
  error_in_answer: ['upstream_failed', 502],
  cut: ['upstream_failed', 502],
  quota_spent: ['upstream_failed', 502],
  credential_refused: ['upstream_failed', 502],
  model_not_found: ['upstream_rejected', 404],
  answer_too_large: ['upstream_failed', 502],
  context_too_long: ['upstream_rejected', 400],
  request_rejected: ['upstream_rejected', 400],
  first_content_timeout: ['upstream_timeout', 504],
  unstreamed_timeout: ['upstream_timeout', 504],
  idle_timeout: ['upstream_timeout', 504],
  deadline_passed: ['upstream_timeout', 504],
  aborted: ['upstream_failed', 502],
};

const attemptsAtA = { 'retries, then falls back': 3, 'falls back': 1, 'ends the call': 1 };

for (const code of allCodes) {
  const sequel = sequels[code];

  scenario(`${code} at every attempt of the first target: ${sequel}`, async (bench) => {
    bench.a.follow(fails(code));
    if (sequel === 'ends the call') {
      const failure = await bench.failureOf();
      assert.deepEqual(
        failure.attempts.map(({ result }) => result),
        [code],
      );
      assert.equal(bench.b.sent.length, 0);
      return;
    }
    const { target, attempts } = await bench.answerTo();
    assert.equal(target.provider, 'b');
    assert.equal(bench.a.sent.length, attemptsAtA[sequel]);
    assert.deepEqual(
      attempts.map(({ result }) => result),
      [...Array.from({ length: attemptsAtA[sequel] }, () => code), 'answered'],
    );
    assert.equal(bench.factsOf('fallback').length, 1);
    assert.equal(bench.factsOf('retry').length, attemptsAtA[sequel] - 1);
  });

  scenario(
    `${code} once: ${sequel === 'retries, then falls back' ? 'the same target answers' : sequel}`,
    async (bench) => {
      bench.a.follow(fails(code), answers());
      if (sequel === 'ends the call') {
        await bench.failureOf();
        assert.equal(bench.a.sent.length, 1);
      } else {
        const { target } = await bench.answerTo();
        assert.equal(target.provider, sequel === 'falls back' ? 'b' : 'a');
      }
    },
  );

  scenario(`${code} everywhere: the caller is told ${callerErrors[code].join(' ')}`, async (bench) => {
    bench.a.follow(fails(code));
    bench.b.follow(fails(code));
    const { error, attempts, aborted } = await bench.failureOf();
    assert.deepEqual([error.code, error.status], callerErrors[code]);
    assert.equal(aborted, false);
    assert.equal(attempts.length, bench.a.sent.length + bench.b.sent.length);
    assert.equal(bench.factsOf('attempt_ended').length, attempts.length);
  });

  scenario(`${code} after content: no other attempt, and the sink is told`, async (bench) => {
    bench.a.follow((attempt) => {
      attempt.content('a beginning');
    });
    const answered = await bench.answerTo();
    const told: string[] = [];
    answered.answer.relay({
      write: () => true,
      end: () => told.push('end'),
      fail: (error) => told.push(error.code),
    });
    bench.a.lastSent.fail(code);
    await bench.clock.advanceSettling(60_000);
    assert.deepEqual(told, [code]);
    assert.equal(bench.a.sent.length + bench.b.sent.length, 1);
    assert.deepEqual(
      answered.attempts.map(({ result, billing }) => [result, billing]),
      [[code, 'possible']],
    );
  });
}
