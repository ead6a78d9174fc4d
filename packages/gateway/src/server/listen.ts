import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '@tollgate/core';

/** Bounds on what a connection may cost before there is a request to judge. */
const serverOptions = {
  headersTimeout: 15_000,
  /** Above the body time-out, which has an answer in the endpoint's shape. */
  requestTimeout: 120_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 32_768,
  connectionsCheckingInterval: 5_000,
  insecureHTTPParser: false,
  noDelay: true,
} as const;

/**
 * Connections that may wait to be accepted, as far as the system lets them (`net.core.somaxconn`). With Node's 511 a
 * burst of callers is met by silence, and each tries again a second or three later.
 */
const backlog = 16_384;

/** A listening HTTP server that can be drained. */
export interface Listener {
  readonly port: number;
  /** Takes no new connections, lets requests in flight finish, and after `deadlineMs` cuts what is left. */
  drain(deadlineMs: number): Promise<void>;
}

export async function listen(
  handler: RequestListener,
  { port, host, clock }: { port: number; host?: string; clock: Clock },
): Promise<Listener> {
  const server = createServer(serverOptions, handler);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, backlog, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return { port: portOf(server), drain: (deadlineMs) => drain({ server, sockets }, deadlineMs, clock) };
}

/** A connection falls idle when its last answer ends, which may be any time; nothing tells, so it is looked for. */
const idleCheckMs = 50;

interface Draining {
  readonly server: Server;
  readonly sockets: ReadonlySet<Socket>;
}

function drain({ server, sockets }: Draining, deadlineMs: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancelDeadline = clock.schedule(deadlineMs, () => server.closeAllConnections());
    let cancelCheck = (): void => undefined;
    const closeIdle = (): void => {
      server.closeIdleConnections();
      cancelCheck = clock.schedule(idleCheckMs, () => {
        closeSilent();
        closeIdle();
      });
    };
    // Those on which nothing has come yet are not idle to Node; what was on its way when draining began has come by the first check.
    const closeSilent = (): void => {
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    };
    server.close(() => {
      cancelDeadline();
      cancelCheck();
      resolve();
    });
    closeIdle();
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return isAddressInfo(address) ? address.port : 0;
}

const isAddressInfo = (address: ReturnType<Server['address']>): address is AddressInfo =>
  typeof address === 'object' && address !== null;
