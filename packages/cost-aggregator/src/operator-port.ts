import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Metrics } from '@tollgate/telemetry';

export interface OperatorPortParts {
  readonly port: number;
  readonly metrics: Metrics;
  readonly version: string;
  readonly ready: () => boolean;
}

export interface OperatorPort {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves /metrics, /healthz and /readyz. */
export async function openOperatorPort(parts: OperatorPortParts): Promise<OperatorPort> {
  const server = createServer((request, response) => {
    answer(request.url ?? '', response, parts).catch(() => response.destroy());
  });
  server.listen(parts.port);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : parts.port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(path: string, response: ServerResponse, { metrics, version, ready }: OperatorPortParts) {
  switch (path) {
    case '/metrics': {
      const { registry } = metrics;
      const text = await registry.metrics();
      response.writeHead(200, { 'content-type': registry.contentType });
      response.end(text);
      return;
    }
    case '/healthz':
      return sendJson(response, 200, { status: 'ok', version });
    case '/readyz':
      return sendJson(response, ready() ? 200 : 503, { status: ready() ? 'ready' : 'not ready' });
    default:
      return sendJson(response, 404, { error: { code: 'unknown_path', message: 'There is nothing at this path.' } });
  }
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(value)}\n`);
}
