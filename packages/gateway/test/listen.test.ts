import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '@tollgate/core';
import { listen } from '../src/server/listen.ts';

/** Connections to the port that the kernel has sent no answer to; a state of 02 is SYN_SENT (Linux, proc_net_tcp). */
function unanswered(port: number): number {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  return lines.filter((line) => {
    const [, , to = '', state] = line.trim().split(/\s+/);
    return to.endsWith(remote) && state === '02';
  }).length;
}

const skip = process.platform === 'linux' ? false : 'only Linux tells the state of connections';

test('callers that come all at once are not met by silence', { skip }, async () => {
  const listener = await listen((_request, response) => response.end(), { port: 0, clock: systemClock });
  const sockets = Array.from({ length: 1500 }, () => connect({ port: listener.port, host: '127.0.0.1' }));
  for (const socket of sockets) socket.on('error', () => undefined);
  // They have asked by now, and none was accepted yet.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  const waiting = unanswered(listener.port);
  for (const socket of sockets) socket.destroy();
  await listener.drain(0);
  assert.equal(waiting, 0);
});

test('a connection on which nothing was asked does not hold up a drain', { timeout: 10_000 }, async () => {
  const listener = await listen((_request, response) => response.end(), { port: 0, clock: systemClock });
  const silent = connect({ port: listener.port, host: '127.0.0.1' });
  const asking = connect({ port: listener.port, host: '127.0.0.1' });
  asking.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  // Answered: the connection before it was accepted as well.
  await once(asking, 'data');
  const closed = once(silent, 'close');
  silent.resume();
  await listener.drain(60_000);
  await closed;
});

test('a request that is on its way when a drain begins is answered', { timeout: 10_000 }, async () => {
  const listener = await listen((_request, response) => response.end(), { port: 0, clock: systemClock });
  const late = connect({ port: listener.port, host: '127.0.0.1' });
  const asking = connect({ port: listener.port, host: '127.0.0.1' });
  const request = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
  asking.write(request);
  await once(asking, 'data');
  late.write(request);
  const drained = listener.drain(60_000);
  const [answer] = await once(late, 'data');
  assert.match(String(answer), /^HTTP\/1\.1 200 /);
  await drained;
});
