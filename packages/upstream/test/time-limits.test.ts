import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { chatCall, RecordingSink, rejectionOf, scenario, target } from './support/bench.ts';
import { answers, fails, keepsSilent, type Conduct } from './support/scripted-provider.ts';

const onlyA = { targets: [target('a')] };
const timeouts = { connectMs: 1_000, firstContentMs: 5_000, unstreamedMs: 20_000, idleMs: 3_000, totalMs: 60_000 };
const retry = { attempts: 3, baseMs: 200, maxMs: 5_000, budgetPercent: 20, afterTimeout: false };
const notYetSent: Conduct = (attempt) => attempt.learn({ requestSent: false });

scenario(
  'no content in time after the request was sent ends the call: the provider may bill it',
  async (bench) => {
    bench.a.follow(keepsSilent);
    const { error, attempts } = await bench.failureOf({}, 5_000);
    assert.deepEqual([error.code, error.status], ['upstream_timeout', 504]);
    assert.deepEqual(
      attempts.map(({ result, billing, durationMs }) => [result, billing, durationMs]),
      [['first_content_timeout', 'possible', 5_000]],
    );
    assert.equal(bench.a.lastSent.isAborted, true);
    assert.equal(bench.b.sent.length, 0);
  },
  { timeouts },
);

scenario(
  'with after_timeout the next target follows, after it was asked for',
  async (bench) => {
    bench.a.follow(keepsSilent);
    const asked: string[] = [];
    const call = bench.begin({
      beforeFurtherAttempt: async ({ provider }) => {
        asked.push(provider);
        return true;
      },
    });
    await bench.clock.advanceSettling(5_000);
    assert.equal((await call).target.provider, 'b');
    assert.equal(bench.a.sent.length, 1);
    assert.deepEqual(asked, ['b']);
  },
  { timeouts, retry: { ...retry, afterTimeout: true } },
);

scenario(
  'a time-out before the request was sent costs nothing, so the next target follows',
  async (bench) => {
    bench.a.follow(notYetSent);
    const call = bench.begin();
    await bench.clock.advanceSettling(5_000);
    const { attempts } = await call;
    assert.deepEqual(
      attempts.map(({ result, billing }) => [result, billing]),
      [
        ['first_content_timeout', 'none'],
        ['answered', 'possible'],
      ],
    );
  },
  { timeouts },
);

scenario(
  'comments and lifecycle events do not stop the clock for the first content',
  async (bench) => {
    bench.a.follow(keepsSilent);
    const call = bench.begin(onlyA);
    for (let second = 1; second < 5; second += 1) {
      await bench.clock.advanceSettling(1_000);
      bench.a.lastSent.comment(': PROCESSING\n\n');
    }
    await bench.clock.advanceSettling(1_000);
    const { attempts } = await rejectionOf(call);
    assert.equal(attempts[0]?.result, 'first_content_timeout');
  },
  { timeouts },
);

scenario(
  'a stream that stalls after content fails with idle_timeout, counted from its last piece',
  async (bench) => {
    bench.a.follow((attempt) => attempt.content('one '));
    const call = bench.begin(onlyA);
    await bench.clock.advanceSettling(0);
    const { answer, attempts } = await call;
    const sink = new RecordingSink();
    answer.relay(sink);
    for (let piece = 0; piece < 10; piece += 1) {
      await bench.clock.advanceSettling(2_900);
      bench.a.lastSent.content('more ');
    }
    await bench.clock.advanceSettling(2_999);
    assert.deepEqual(sink.endings, []);
    await bench.clock.advanceSettling(1);
    assert.deepEqual(sink.endings, ['idle_timeout']);
    assert.equal(bench.a.lastSent.isAborted, true);
    assert.equal(attempts[0]?.result, 'answered', 'as it stood when it was read');
  },
  { timeouts },
);

scenario(
  'pings that are nothing for the caller keep a stream from being idle',
  async (bench) => {
    bench.a.follow((attempt) => attempt.content('one '));
    const call = bench.begin(onlyA);
    await bench.clock.advanceSettling(0);
    const sink = new RecordingSink();
    (await call).answer.relay(sink);
    for (let ping = 0; ping < 10; ping += 1) {
      await bench.clock.advanceSettling(2_900);
      bench.a.lastSent.comment('');
    }
    assert.deepEqual(sink.endings, []);
    await bench.clock.advanceSettling(3_000);
    assert.deepEqual(sink.endings, ['idle_timeout']);
  },
  { timeouts },
);

scenario(
  'a stream that stalls right after its first content does not get the longer limit of that',
  async (bench) => {
    bench.a.follow((attempt) => attempt.content('one '));
    const call = bench.begin(onlyA);
    await bench.clock.advanceSettling(2_999);
    const sink = new RecordingSink();
    (await call).answer.relay(sink);
    assert.deepEqual(sink.endings, []);
    await bench.clock.advanceSettling(1);
    assert.deepEqual(sink.endings, ['idle_timeout']);
  },
  { timeouts },
);

scenario(
  'the time that a caller takes does not count as idleness of the provider',
  async (bench) => {
    bench.a.follow((attempt) => attempt.content('one '));
    const call = bench.begin(onlyA);
    await bench.clock.advanceSettling(0);
    const { answer } = await call;
    const sink = new RecordingSink();
    sink.roomFor = 1;
    answer.relay(sink);
    bench.a.lastSent.content('two ');
    assert.equal(bench.a.lastSent.isPaused, true);
    await bench.clock.advanceSettling(10_000);
    assert.deepEqual(sink.endings, []);
    answer.resume();
    assert.equal(bench.a.lastSent.isPaused, false);
    await bench.clock.advanceSettling(2_999);
    assert.deepEqual(sink.endings, []);
    await bench.clock.advanceSettling(1);
    assert.deepEqual(sink.endings, ['idle_timeout']);
  },
  { timeouts },
);

scenario(
  'the deadline of the whole call ends a relay, slow caller or not',
  async (bench) => {
    bench.a.follow((attempt) => attempt.content('one '));
    const call = bench.begin(onlyA);
    await bench.clock.advanceSettling(0);
    const { answer } = await call;
    const sink = new RecordingSink();
    sink.roomFor = 1;
    answer.relay(sink);
    bench.a.lastSent.content('two ');
    await bench.clock.advanceSettling(59_999);
    assert.deepEqual(sink.endings, []);
    await bench.clock.advanceSettling(1);
    assert.deepEqual(sink.endings, ['deadline_passed']);
  },
  { timeouts },
);

scenario(
  'one deadline is over all attempts, back-offs included',
  async (bench) => {
    bench.a.follow(keepsSilent);
    const call = bench.begin(onlyA);
    await bench.clock.advanceSettling(4_000);
    bench.a.lastSent.fail('server_error');
    await bench.clock.advanceSettling(100);
    assert.equal(bench.a.sent.length, 2);
    await bench.clock.advanceSettling(1_900);
    const { error, attempts } = await rejectionOf(call);
    assert.equal(error.code, 'upstream_timeout');
    assert.deepEqual(
      attempts.map(({ result, durationMs }) => [result, durationMs]),
      [
        ['server_error', 4_000],
        ['deadline_passed', 1_900],
      ],
    );
  },
  { timeouts: { ...timeouts, totalMs: 6_000 } },
);

scenario(
  'a whole answer has its own limit, and its bytes are no content until it has ended',
  async (bench) => {
    bench.a.follow((attempt) => attempt.content('{"half":'));
    const unstreamed = { ...onlyA, call: chatCall(false) };
    const { error, attempts } = await bench.failureOf(unstreamed, 20_000);
    assert.equal(error.code, 'upstream_timeout');
    assert.equal(attempts[0]?.result, 'unstreamed_timeout');
    bench.a.follow(answers('{"whole":1}'));
    const { answer } = await bench.answerTo(unstreamed);
    assert.deepEqual([answer.head.toString(), answer.ended], ['{"whole":1}', true]);
  },
  { timeouts },
);

scenario(
  'a time-out is the fault of the target: enough of them open its breaker',
  async (bench) => {
    bench.a.follow(keepsSilent);
    for (let count = 0; count < 2; count += 1) await bench.failureOf(onlyA, 5_000);
    assert.deepEqual(bench.upstream.status().openBreakers, [target('a')]);
  },
  { timeouts, breaker: { failures: 2, windowMs: 60_000, openMs: 1_000 } },
);

scenario('pieces of an answer set no timers', async (bench) => {
  bench.a.follow((attempt) => attempt.content('one '));
  const call = bench.begin(onlyA);
  await bench.clock.advanceSettling(0);
  const { answer } = await call;
  answer.relay(new RecordingSink());
  const schedule = mock.method(bench.clock, 'schedule');
  for (let count = 0; count < 1_000; count += 1) bench.a.lastSent.content('more ');
  assert.equal(schedule.mock.callCount(), 0);
  bench.a.lastSent.end();
});

scenario(
  'no attempt is begun once the deadline has passed while one was asked for',
  async (bench) => {
    bench.a.follow(fails('connection_reset'));
    const { error, attempts } = await bench.failureOf({
      beforeFurtherAttempt: async () => {
        bench.clock.advance(timeouts.totalMs);
        return true;
      },
    });
    assert.equal(attempts.length, 1);
    assert.equal(error.code, 'upstream_failed');
  },
  { timeouts },
);
