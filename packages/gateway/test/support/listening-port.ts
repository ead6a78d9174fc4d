import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';

/** Listens on a free port of loopback, and says which. */
export async function listeningPort(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}
