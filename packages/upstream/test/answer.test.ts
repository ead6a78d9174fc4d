import assert from 'node:assert/strict';
import { chatCall, RecordingSink, scenario, target, type Bench } from './support/bench.ts';
import { answers, fails, keepsSilent, type Conduct } from './support/scripted-provider.ts';

const onlyA = { targets: [target('a')] };

/** The call's answer once its provider has conducted itself so, with time standing still. */
async function answerAfter(bench: Bench, conduct: Conduct) {
  bench.a.follow(conduct);
  const call = bench.begin(onlyA);
  await bench.clock.advanceSettling(0);
  return (await call).answer;
}

scenario('the head holds all that came up to the first content, in order', async (bench) => {
  bench.a.follow(keepsSilent);
  const call = bench.begin(onlyA);
  await bench.clock.advanceSettling(0);
  bench.a.lastSent.comment(': PROCESSING\n\n');
  bench.a.lastSent.comment('event: message_start\n\n');
  bench.a.lastSent.content('data: hello\n\n');
  const { answer } = await call;
  assert.equal(answer.head.toString(), ': PROCESSING\n\nevent: message_start\n\ndata: hello\n\n');
  assert.equal(answer.ended, false);
  answer.abort();
});

scenario(
  'lifecycle events before an overload do not commit the answer, and none of them reaches the caller',
  async (bench) => {
    bench.a.follow((attempt) => {
      attempt.comment('event: message_start\n\n');
      attempt.fail('overloaded', { next: 'target' });
    });
    const { answer, target: answering } = await bench.answerTo();
    assert.equal(answering.provider, 'b');
    assert.equal(answer.head.toString(), 'from b');
  },
);

for (const stream of [true, false]) {
  scenario(`an answer without content that says how it ended is an answer (stream: ${stream})`, async (bench) => {
    bench.a.follow((attempt) => {
      attempt.comment('data: {}\n\n');
      attempt.end();
    });
    const { answer } = await bench.answerTo({ ...onlyA, call: chatCall(stream) });
    assert.deepEqual([answer.head.toString(), answer.ended], ['data: {}\n\n', true]);
  });

  scenario(`one that says nothing at all is malformed (stream: ${stream})`, async (bench) => {
    bench.a.follow((attempt) => attempt.endUnfinished());
    const { attempts, target: answering } = await bench.answerTo({ call: chatCall(stream) });
    assert.equal(answering.provider, 'b');
    assert.equal(attempts[0]?.result, 'malformed_answer');
  });
}

scenario('what is held before the first content is bounded', async (bench) => {
  bench.a.follow((attempt) => {
    for (let count = 0; count < 2_000 && !attempt.isAborted; count += 1) attempt.comment('x'.repeat(1_024));
  });
  const { attempts } = await bench.answerTo();
  assert.equal(attempts[0]?.result, 'answer_too_large');
  assert.equal(bench.a.lastSent.isAborted, true);
});

scenario('pieces go to the sink as they come, then the end, once', async (bench) => {
  const answer = await answerAfter(bench, (attempt) => attempt.content('one '));
  const sink = new RecordingSink();
  answer.relay(sink);
  bench.a.lastSent.content('two ');
  assert.equal(sink.text, 'two ');
  bench.a.lastSent.comment('three');
  bench.a.lastSent.end();
  assert.deepEqual([sink.text, sink.endings], ['two three', ['end']]);
  assert.equal(answer.progress.finishReason, 'stop');
});

scenario('what comes between the head and the sink waits for the sink', async (bench) => {
  const answer = await answerAfter(bench, (attempt) => attempt.content('one '));
  assert.equal(answer.head.toString(), 'one ');
  bench.a.lastSent.content('two ');
  bench.a.lastSent.end();
  assert.equal(answer.ended, false, 'bytes follow the head');
  const sink = new RecordingSink();
  answer.relay(sink);
  assert.deepEqual([sink.text, sink.endings], ['two ', ['end']]);
});

scenario('an answer that is whole with its head ends the sink at once', async (bench) => {
  const answer = await answerAfter(bench, answers('all'));
  assert.equal(answer.ended, true);
  const sink = new RecordingSink();
  answer.relay(sink);
  assert.deepEqual([sink.text, sink.endings], ['', ['end']]);
});

scenario('a failure between the head and the sink is told to the sink', async (bench) => {
  const answer = await answerAfter(bench, (attempt) => {
    attempt.content('one ');
    attempt.fail('cut');
  });
  assert.equal(answer.ended, false);
  const sink = new RecordingSink();
  answer.relay(sink);
  assert.deepEqual(sink.endings, ['cut']);
});

scenario('while nobody relays, the provider is paused before much piles up', async (bench) => {
  const answer = await answerAfter(bench, (attempt) => attempt.content('one '));
  bench.a.lastSent.content('x'.repeat(256 * 1024));
  assert.equal(bench.a.lastSent.isPaused, false);
  bench.a.lastSent.content('x');
  assert.equal(bench.a.lastSent.isPaused, true);
  const sink = new RecordingSink();
  answer.relay(sink);
  assert.equal(sink.text.length, 256 * 1024 + 1);
  assert.equal(bench.a.lastSent.isPaused, false);
  answer.abort();
});

scenario('a full sink pauses the provider until it resumes, and loses nothing that was under way', async (bench) => {
  const answer = await answerAfter(bench, (attempt) => attempt.content('one '));
  const sink = new RecordingSink();
  sink.roomFor = 2;
  answer.relay(sink);
  bench.a.lastSent.content('two ');
  assert.equal(bench.a.lastSent.isPaused, false);
  bench.a.lastSent.content('three ');
  assert.equal(bench.a.lastSent.isPaused, true);
  bench.a.lastSent.content('four');
  sink.roomFor = Infinity;
  answer.resume();
  assert.equal(bench.a.lastSent.isPaused, false);
  bench.a.lastSent.end();
  assert.deepEqual([sink.text, sink.endings], ['two three four', ['end']]);
});

scenario('a sink that what waited for it fills pauses the provider', async (bench) => {
  const answer = await answerAfter(bench, (attempt) => attempt.content('one '));
  bench.a.lastSent.content('two ');
  const sink = new RecordingSink();
  sink.roomFor = 1;
  answer.relay(sink);
  assert.equal(bench.a.lastSent.isPaused, true);
  answer.abort();
});

scenario('an abort in the middle of a relay ends the connection and tells the sink, once', async (bench) => {
  const answer = await answerAfter(bench, (attempt) => attempt.content('one '));
  const sink = new RecordingSink();
  answer.relay(sink);
  answer.abort();
  answer.abort();
  assert.equal(bench.a.lastSent.isAborted, true);
  bench.a.lastSent.content('too late');
  bench.a.lastSent.end();
  answer.resume();
  assert.deepEqual([sink.text, sink.endings], ['', ['aborted']]);
  assert.deepEqual(
    bench.factsOf('attempt_ended').map(({ result }) => result),
    ['aborted'],
  );
});

scenario('a sink that aborts from within its write is told so once', async (bench) => {
  const answer = await answerAfter(bench, (attempt) => attempt.content('one '));
  bench.a.lastSent.content('two ');
  const endings: string[] = [];
  answer.relay({
    write: () => {
      answer.abort();
      return false;
    },
    end: () => endings.push('end'),
    fail: ({ code }) => endings.push(code),
  });
  assert.deepEqual(endings, ['aborted']);
});

scenario('a second sink is a mistake', async (bench) => {
  const answer = await answerAfter(bench, answers());
  answer.relay(new RecordingSink());
  assert.throws(() => answer.relay(new RecordingSink()), /relayed once/);
});

scenario('the attempts of an answer say how it ended once it has', async (bench) => {
  bench.a.follow(fails('connect_failed'), (attempt) => attempt.content('one '));
  const call = bench.begin(onlyA);
  await bench.clock.advanceSettling(1_000);
  const answered = await call;
  assert.deepEqual(
    answered.attempts.map(({ result, httpStatus }) => [result, httpStatus]),
    [
      ['connect_failed', undefined],
      ['answered', 200],
    ],
  );
  bench.a.lastSent.fail('cut', { httpStatus: 200, billing: 'none' });
  const ending = answered.attempts.at(-1);
  assert.deepEqual([ending?.result, ending?.billing], ['cut', 'possible']);
});

scenario('an attempt is asked for with the cap, the ids and the connect time-out of the call', async (bench) => {
  await bench.answerTo({ ...onlyA, outputCapTokens: 77, requestId: 'req_7', traceparent: '00-1-2-01' });
  const { request } = bench.a.lastSent;
  assert.deepEqual(
    [request.outputCapTokens, request.requestId, request.traceparent, request.connectTimeoutMs],
    [77, 'req_7', '00-1-2-01', 2_000],
  );
  assert.equal(request.credential.name, 'default');
});
