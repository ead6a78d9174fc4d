import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { portOf } from '../../src/processes/port-of.ts';

/** Stands between a node and its Redis. */
export interface ReplyGate {
  readonly port: number;
  /** From the reply on that has the text in it, which still passes, the node hears nothing; resolves when that is so. */
  closeBehind(text: string): Promise<void>;
  /** What was held goes on its way, and all that follows. */
  open(): void;
  stop(): void;
}

export async function startReplyGate(redisPort: number): Promise<ReplyGate> {
  const servers = new Set<Socket>();
  let last: { readonly text: string; readonly passed: () => void } | undefined;
  const take = (reply: Buffer, client: Socket): void => {
    client.write(reply);
    if (last === undefined || !reply.includes(last.text)) return;
    for (const server of servers) server.pause();
    last.passed();
    last = undefined;
  };
  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect({ port: redisPort, host: '127.0.0.1', noDelay: true });
    servers.add(server);
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (reply) => take(reply, client));
    client.on('error', () => undefined).once('close', () => server.destroy());
    server
      .on('error', () => undefined)
      .once('close', () => {
        servers.delete(server);
        client.destroy();
      });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: portOf(listener.address()),
    closeBehind: (text) =>
      new Promise((resolve) => {
        last = { text, passed: resolve };
      }),
    open: () => {
      for (const server of servers) server.resume();
    },
    stop: () => {
      for (const server of servers) server.destroy();
      listener.close();
    },
  };
}
