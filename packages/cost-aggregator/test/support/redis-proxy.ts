import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface RedisProxy {
  readonly url: string;
  /** Resolves with a call of the script that Redis is not told of; from then on nothing passes, either way. */
  holdBefore(sha: string): Promise<void>;
  /** Resolves once Redis has answered a call of the script; the answer and all after it does not pass. */
  holdAfter(sha: string): Promise<void>;
  close(): Promise<void>;
}

/** Stands between a process and Redis, and stops all traffic at a point that a test names. */
export async function openRedisProxy(redisUrl: string): Promise<RedisProxy> {
  const { port, hostname } = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let before: { sha: string; reached: () => void } | undefined;
  let after: { sha: string; called: boolean; reached: () => void } | undefined;
  let held = false;
  const toRedis = (upstream: Socket, chunk: Buffer): void => {
    if (held) return;
    if (before !== undefined && chunk.includes(before.sha)) {
      held = true;
      before.reached();
      return;
    }
    if (after !== undefined && chunk.includes(after.sha)) after.called = true;
    upstream.write(chunk);
  };
  const toClient = (client: Socket, chunk: Buffer): void => {
    if (held) return;
    if (after?.called === true) {
      held = true;
      after.reached();
      return;
    }
    client.write(chunk);
  };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (chunk: Buffer) => toRedis(upstream, chunk));
    upstream.on('data', (chunk: Buffer) => toClient(client, chunk));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    url: `redis://127.0.0.1:${address.port}`,
    holdBefore: (sha) => new Promise((resolve) => (before = { sha, reached: resolve })),
    holdAfter: (sha) => new Promise((resolve) => (after = { sha, called: false, reached: resolve })),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
