import { createHmac, timingSafeEqual } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { alertKinds, Secret, type Webhook } from '@tollgate/core';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  /** All that was posted so far. */
  readonly received: readonly Received[];
  /** Resolves once so many were posted. */
  count(many: number): Promise<void>;
}

export const secret = 'secret-of-the-webhook-0123456789';

/** A real HTTP server that takes alerts, and answers as it is told: 204 unless told otherwise. */
export async function openReceiver(
  answer: (response: ServerResponse, nth: number) => void = (response) => void response.writeHead(204).end(),
): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const grown = new EventEmitter();
  const server = createServer((request, response) => {
    const { url: path = '', headers } = request;
    void text(request).then((body) => {
      received.push({ path, headers, body });
      grown.emit('grown');
      answer(response, received.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    url: `http://127.0.0.1:${address.port}/hook?token=part-of-the-address`,
    received,
    count: async (many) => {
      while (received.length < many) await once(grown, 'grown', { signal: AbortSignal.timeout(60_000) });
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const webhookTo = ({ url }: Pick<WebhookReceiver, 'url'>, over: Partial<Webhook> = {}): Webhook => ({
  name: 'ops',
  url: new Secret(url),
  secret: new Secret(secret),
  kinds: alertKinds,
  ...over,
});

/** What docs/alerts.md tells receivers to do. */
export function isSigned({ headers, body }: Received): boolean {
  const [, time = '', digest = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-tollgate-signature'])) ?? [];
  const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest();
  const isRecent = Math.abs(Date.now() / 1000 - Number(time)) < 300;
  return isRecent && timingSafeEqual(expected, Buffer.from(digest, 'hex'));
}
