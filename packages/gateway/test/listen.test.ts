import assert from 'node:assert/strict';
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
