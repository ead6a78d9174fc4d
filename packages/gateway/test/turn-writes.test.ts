import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { TurnWrites } from '../src/http/turn-writes.ts';

/** A stream, and what it was given in each system call that a socket would have made. */
function recorded() {
  const calls: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    writev: (chunks, done) => {
      calls.push(chunks.map(({ chunk }) => String(chunk)).join(''));
      done();
    },
  });
  return { stream, calls };
}

test('what a turn writes to a stream leaves at its end, in one piece', async () => {
  const writes = new TurnWrites();
  const [one, other] = [recorded(), recorded()];
  for (const piece of ['a', 'b', 'c']) {
    writes.hold(one.stream);
    one.stream.write(piece);
    await Promise.resolve();
  }
  writes.hold(other.stream);
  other.stream.write('z');
  assert.deepEqual([one.calls, other.calls], [[], []]);
  await turn();
  assert.deepEqual([one.calls, other.calls], [['abc'], ['z']]);
  writes.hold(one.stream);
  one.stream.write('d');
  await turn();
  assert.deepEqual(one.calls, ['abc', 'd']);
});

test('a stream that ends within the turn is not held', async () => {
  const writes = new TurnWrites();
  const { stream, calls } = recorded();
  writes.hold(stream);
  stream.write('a');
  stream.end('b');
  await turn();
  assert.deepEqual(calls, ['ab']);
  assert.equal(stream.writableFinished, true);
});

test('however many streams a turn writes to, the first do not wait for all of them', () => {
  const writes = new TurnWrites();
  const streams = Array.from({ length: 1000 }, recorded);
  for (const { stream } of streams) {
    writes.hold(stream);
    stream.write('a');
  }
  const waiting = streams.filter(({ calls }) => calls.length === 0).length;
  assert.ok(waiting > 0 && waiting <= 64, `${waiting} wait`);
});
