import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server on 127.0.0.1 and does to their bytes what networks do. */
export interface FaultProxy {
  readonly port: number;
  /** From now on what the client sends stays here. */
  holdRequests(): void;
  /** From now on what the server answers stays here. */
  holdReplies(): void;
  /** The same, from the first request on that has the text in it. */
  holdRepliesFrom(text: string): void;
  /** What was held goes on its way, and all that follows. */
  release(): void;
  /** Breaks every connection; what was held is lost. */
  cut(): void;
  /** New connections go there. */
  lead(targetPort: number): void;
  stop(): Promise<void>;
}

interface Pipe {
  readonly client: Socket;
  readonly server: Socket;
}

export async function startFaultProxy(firstTargetPort: number): Promise<FaultProxy> {
  let targetPort = firstTargetPort;
  const pipes = new Set<Pipe>();
  let held = { requests: false, replies: false };
  const apply = ({ client, server }: Pipe): void => {
    if (held.requests) client.pause();
    else client.resume();
    if (held.replies) server.pause();
    else server.resume();
  };
  const hold = (next: typeof held): void => {
    held = next;
    for (const pipe of pipes) apply(pipe);
  };
  let marker: string | undefined;
  const onRequest = (bytes: Buffer): void => {
    if (marker === undefined || !bytes.includes(marker)) return;
    marker = undefined;
    hold({ ...held, replies: true });
  };
  const cut = (): void => {
    for (const { client, server } of pipes) {
      client.destroy();
      server.destroy();
    }
  };
  const listener = createServer((client) => {
    const pipe = { client, server: connect(targetPort, '127.0.0.1') };
    pipes.add(pipe);
    client.on('data', onRequest);
    join(pipe, () => pipes.delete(pipe));
    apply(pipe);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    port: address.port,
    holdRequests: () => hold({ ...held, requests: true }),
    holdReplies: () => hold({ ...held, replies: true }),
    holdRepliesFrom: (text) => {
      marker = text;
    },
    release: () => hold({ requests: false, replies: false }),
    cut,
    lead: (port) => {
      targetPort = port;
    },
    stop: async () => {
      listener.close();
      cut();
      await once(listener, 'close');
    },
  };
}

/** By events, not by `pipe`: that would resume what is held. */
function join({ client, server }: Pipe, onEnd: () => void): void {
  client.on('data', (bytes) => server.write(bytes));
  server.on('data', (bytes) => client.write(bytes));
  for (const [end, other] of [
    [client, server],
    [server, client],
  ] as const) {
    end.on('error', () => undefined);
    end.on('close', () => {
      other.destroy();
      onEnd();
    });
  }
}
