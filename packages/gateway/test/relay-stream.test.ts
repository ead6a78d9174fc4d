import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { ManualClock } from '@tollgate/testkit';
import type { AnswerSink } from '@tollgate/upstream';
import { PieceWriter } from '../src/http/piece-writer.ts';
import { TurnWrites } from '../src/http/turn-writes.ts';
import type { Answered } from '../src/pipeline/call-provider.ts';
import { DrainSlots } from '../src/pipeline/drain-slots.ts';
import { relayStream } from '../src/pipeline/relay-stream.ts';

const stalledClientMs = 30_000;

/** A stream on its way to a client that reads nothing before it is told to, and whose clock is the test's. */
async function relaying(context: TestContext) {
  const server = createServer();
  context.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const client = connect({ port: typeof address === 'object' ? (address?.port ?? 0) : 0, host: '127.0.0.1' });
  client.pause();
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  response.writeHead(200).flushHeaders();
  const resumed = Promise.withResolvers<void>();
  const sinks: AnswerSink[] = [];
  const answer = {
    relay: (to: AnswerSink) => sinks.push(to),
    resume: () => resumed.resolve(),
    abort: () => undefined,
    progress: { contentBytes: 0 },
  };
  const clock = new ManualClock();
  const stage = { response, ended: { signal: new AbortController().signal } };
  const sent = relayStream({ stage, upstream: { answer, target: { provider: 'p' } } } as unknown as Answered, {
    firstByteMs: 0,
    keepAlive: undefined,
    parts: {
      openStreams: { inc: () => undefined, dec: () => undefined },
      clock,
      stalledClientMs,
      drains: () => false,
      drainSlots: new DrainSlots(0),
      turnWrites: new TurnWrites(),
      pieces: new PieceWriter(),
    },
  });
  const [sink] = sinks;
  assert.ok(sink);
  return { client, clock, response, resumed: resumed.promise, sent, sink };
}

test('a client that catches up is not let go for having been slow, however much came while it was', async (context) => {
  const { client, clock, response, resumed, sent, sink } = await relaying(context);
  const piece = Buffer.alloc(1024 * 1024);
  while (sink.write(piece));
  assert.equal(sink.write(piece), false);
  assert.equal(sink.write(piece.subarray(0, 100)), false);
  client.resume();
  await resumed;
  clock.advance(2 * stalledClientMs);
  assert.equal(response.destroyed, false);
  assert.equal(clock.scheduledCount, 0);
  sink.end();
  assert.equal((await sent).outcome, 'completed');
  client.destroy();
});

test('a client that takes nothing for too long is let go', async (context) => {
  const { clock, response, sink } = await relaying(context);
  const piece = Buffer.alloc(1000);
  while (sink.write(piece));
  clock.advance(stalledClientMs - 1);
  assert.equal(response.destroyed, false);
  clock.advance(1);
  assert.equal(response.destroyed, true);
});
