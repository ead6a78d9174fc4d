import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { BodyBudget } from '../src/http/body-budget.ts';

/** An exchange, and a way to end it from the client's side. */
async function exchange(): Promise<{ response: ServerResponse; leave: () => Promise<unknown>; stop: () => void }> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const client = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  const asked = once(server, 'request');
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const [, response] = (await asked) as [unknown, ServerResponse];
  const leave = (): Promise<unknown> => {
    const closed = once(response, 'close');
    client.destroy();
    return closed;
  };
  return { response, leave, stop: () => server.close() };
}

test('bytes of an exchange are held until it is over, and none afterwards', async () => {
  const budget = new BodyBudget(() => 100);
  const { response, leave, stop } = await exchange();
  budget.take(60);
  const held = budget.holdUntilClosed(response, 60);
  held.add(70);
  assert.equal(budget.heldBytes, 130);
  held.remove(60);
  assert.equal(budget.heldBytes, 70);
  await leave();
  assert.equal(budget.heldBytes, 0);
  held.add(10);
  held.remove(10);
  assert.equal(budget.heldBytes, 0);
  budget.take(5);
  budget.holdUntilClosed(response, 5);
  assert.equal(budget.heldBytes, 0);
  stop();
});
