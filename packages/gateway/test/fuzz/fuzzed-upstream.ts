import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { basePathOf } from './provider-answers.ts';
import type { Dice } from '../support/dice.ts';
import { spoilAnswer, type SpoiltAnswer, type WholeAnswer } from './spoil-answer.ts';

export interface FuzzedUpstream {
  readonly url: string;
  /** Resolves once every answer was sent, or nobody waits for it any more. */
  untilIdle(): Promise<void>;
  stop(): void;
}

/** In JSON, or as a field of a form. */
const asksForStream = /"stream":true|name="stream"\r\n\r\ntrue/;

/** A server of every kind of provider whose answers are spoilt; which, the dice say. */
export async function startFuzzedUpstream(
  answers: ReadonlyMap<string, readonly WholeAnswer[]>,
  { dice, hugeBytes }: { readonly dice: Dice; readonly hugeBytes: number },
): Promise<FuzzedUpstream> {
  const every = [...answers.values()].flat();
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    let streams = false;
    request.on('data', (chunk: Buffer) => (streams ||= asksForStream.test(chunk.toString('latin1'))));
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('end', () => {
      const fitting = (answers.get(basePathOf(request.url ?? '')) ?? []).filter(
        ({ contentType }) => contentType.includes('event-stream') === streams,
      );
      // Now and then an answer of another protocol, or a stream where none was asked for.
      const candidates = fitting.length > 0 && dice.chance(0.95) ? fitting : every;
      void send(response, spoilAnswer(dice.pick(candidates), dice, hugeBytes));
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    untilIdle: async () => {
      for (const response of open) await once(response, 'close');
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function send(response: ServerResponse, answer: SpoiltAnswer): Promise<void> {
  response.writeHead(answer.status, answer.contentType === '' ? {} : { 'content-type': answer.contentType });
  response.flushHeaders();
  // The gateway leaves where it has seen enough.
  await pipeline(Readable.from(answer.chunks), response, { end: false }).catch(() => undefined);
  if (answer.ending === 'complete') response.end();
  if (answer.ending === 'reset') response.socket?.resetAndDestroy();
}
