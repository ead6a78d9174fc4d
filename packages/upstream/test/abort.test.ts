import { GatewayError } from '@tollgate/core';
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { RecordingSink, rejectionOf, scenario, target } from './support/bench.ts';
import { answers, fails, keepsSilent } from './support/scripted-provider.ts';

const onlyA = { targets: [target('a')] };

scenario('a signal that has aborted already lets nothing be sent', async (bench) => {
  const failure = await bench.failureOf({ signal: AbortSignal.abort() });
  assert.deepEqual([failure.aborted, failure.attempts.length, failure.error.code], [true, 0, 'upstream_failed']);
  assert.equal(bench.a.sent.length, 0);
});

scenario('an abort before content ends the attempt at once and tells what was produced', async (bench) => {
  bench.a.follow((attempt) => attempt.comment(': PROCESSING\n\n'));
  const controller = new AbortController();
  const call = bench.begin({ signal: controller.signal });
  await bench.clock.advanceSettling(500);
  controller.abort();
  const { aborted, attempts } = await rejectionOf(call);
  assert.equal(aborted, true);
  assert.equal(bench.a.lastSent.isAborted, true);
  assert.deepEqual(
    attempts.map(({ result, billing, httpStatus, durationMs }) => [result, billing, httpStatus, durationMs]),
    [['aborted', 'possible', 200, 500]],
  );
  assert.equal(attempts[0]?.progress.requestSent, true);
  assert.equal(bench.b.sent.length, 0);
});

scenario('an abort before the request was sent says that nothing can have been billed', async (bench) => {
  bench.a.follow((attempt) => attempt.learn({ requestSent: false }));
  const controller = new AbortController();
  const call = bench.begin({ signal: controller.signal });
  await bench.clock.advanceSettling(0);
  controller.abort();
  const { attempts } = await rejectionOf(call);
  assert.deepEqual([attempts[0]?.result, attempts[0]?.billing], ['aborted', 'none']);
});

scenario('an abort while a back-off is waited for ends the wait', async (bench) => {
  bench.a.follow(fails('server_error'));
  const controller = new AbortController();
  const call = bench.begin({ signal: controller.signal });
  await bench.clock.advanceSettling(50);
  controller.abort();
  const { aborted, attempts } = await rejectionOf(call);
  assert.equal(aborted, true);
  assert.deepEqual(
    attempts.map(({ result }) => result),
    ['server_error'],
  );
  assert.equal(bench.clock.monotonicMs(), 50);
});

scenario('an abort while a further attempt is asked for lets none be made', async (bench) => {
  bench.a.follow(fails('connection_reset'));
  const controller = new AbortController();
  const { aborted, attempts } = await bench.failureOf({
    signal: controller.signal,
    beforeFurtherAttempt: async () => {
      controller.abort();
      return true;
    },
  });
  assert.deepEqual([aborted, attempts.length], [true, 1]);
});

scenario('a GatewayError as the reason is the error of the call', async (bench) => {
  bench.a.follow(keepsSilent);
  const controller = new AbortController();
  const call = bench.begin({ signal: controller.signal });
  await bench.clock.advanceSettling(0);
  const reason = new GatewayError('key_revoked_in_flight', { message: 'The key was revoked.' });
  controller.abort(reason);
  assert.equal((await rejectionOf(call)).error, reason);
});

scenario('once content has come the signal leaves the answer alone: whoever relays may drain it', async (bench) => {
  bench.a.follow((attempt) => attempt.content('one '));
  const controller = new AbortController();
  const call = bench.begin({ ...onlyA, signal: controller.signal });
  await bench.clock.advanceSettling(0);
  const { answer } = await call;
  const sink = new RecordingSink();
  answer.relay(sink);
  controller.abort();
  assert.equal(bench.a.lastSent.isAborted, false);
  bench.a.lastSent.end();
  assert.deepEqual(sink.endings, ['end']);
});

scenario('no listener is left on the signal, whatever came of the call', async (bench) => {
  const { signal } = new AbortController();
  bench.a.follow(fails('server_error'), answers());
  await bench.answerTo({ signal });
  bench.a.follow(fails('server_error'));
  await bench.failureOf({ ...onlyA, signal });
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});

scenario('an abort says nothing about the target: no breaker opens by impatient callers', async (bench) => {
  bench.a.follow(keepsSilent);
  for (let count = 0; count < 10; count += 1) {
    const controller = new AbortController();
    const call = bench.begin({ ...onlyA, signal: controller.signal });
    await bench.clock.advanceSettling(0);
    controller.abort();
    await rejectionOf(call);
  }
  assert.deepEqual(bench.upstream.status().openBreakers, []);
});

scenario('a probe whose caller left neither closes the breaker nor keeps the next probe out', async (bench) => {
  bench.a.follow(fails('connect_failed'));
  await bench.answerTo();
  await bench.answerTo();
  await bench.clock.advanceSettling(15_000);
  bench.a.follow(keepsSilent, answers());
  const controller = new AbortController();
  const call = bench.begin({ ...onlyA, signal: controller.signal });
  await bench.clock.advanceSettling(0);
  controller.abort();
  await rejectionOf(call);
  assert.deepEqual(bench.upstream.status().openBreakers, [target('a')]);
  await bench.answerTo(onlyA);
  assert.deepEqual(bench.upstream.status().openBreakers, []);
});
