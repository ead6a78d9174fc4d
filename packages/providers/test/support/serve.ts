import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createRawServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { systemClock, type Clock } from '@tollgate/core';
import { createProvider, type ConnectionLimits, type PooledProvider } from '../../src/base/create-provider.ts';
import { openaiCompatibleAdapter } from '../../src/openai-compatible/adapter.ts';

/** Listens on a free port until the test ends. Returns the origin. */
export async function listen(context: TestContext, server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An HTTP server for one test. */
export const serveHttp = (context: TestContext, listener: RequestListener): Promise<string> =>
  listen(context, createServer(listener));

/** A TCP server for one test: what HTTP servers do not do. */
export const serveRaw = (context: TestContext, onConnection: (socket: Socket) => void): Promise<string> =>
  listen(context, createRawServer(onConnection));

export interface ProviderOptions {
  readonly clock?: Clock;
  readonly limits?: Partial<ConnectionLimits>;
}

/** A provider of compatible servers at that origin, for one test. */
export function provide(context: TestContext, origin: string, options: ProviderOptions = {}): PooledProvider {
  const provider = createProvider({
    name: 'p',
    baseUrl: `${origin}/v1`,
    kind: { openai_chat: openaiCompatibleAdapter },
    clock: options.clock ?? systemClock,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  context.after(() => provider.close());
  return provider;
}

/** The request's body, once it has all arrived. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export const startStream = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream' });
