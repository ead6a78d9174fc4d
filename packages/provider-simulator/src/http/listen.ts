import { once } from 'node:events';
import type { Server } from 'node:http';

/** The port that was got. Rejects where it is taken. */
export async function listen(server: Server, at: { readonly port: number; readonly host: string }): Promise<number> {
  // Longer than clients keep idle connections, so that none is closed under a request.
  server.keepAliveTimeout = 65_000;
  server.listen({ ...at, backlog: 4096 });
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : at.port;
}

/** Ends all connections, streams included. */
export function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
