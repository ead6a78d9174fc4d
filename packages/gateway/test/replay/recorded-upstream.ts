import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { RecordedResponse } from '@tollgate/provider-simulator';

/** A recorded answer, in which pieces it comes, and how it ends: as recorded, ended early by HTTP's own means, or by a reset. */
export interface Replayed {
  readonly response: RecordedResponse;
  readonly pieces: readonly Buffer[];
  readonly ending: 'complete' | 'early' | 'reset';
}

export interface RecordedUpstream {
  readonly url: string;
  /** The call whose body has the word gets it. */
  serve(replayed: Replayed): string;
  /** The path of the call whose body had the word. */
  pathOf(word: string): string | undefined;
  stop(): void;
}

/** A server that answers what was recorded, at whatever path it is asked. */
export async function startRecordedUpstream(): Promise<RecordedUpstream> {
  const waiting = new Map<string, Replayed>();
  const paths = new Map<string, string | undefined>();
  let served = 0;
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    void text(request).then((body) => {
      const [word = ''] = /replay-\d+-/.exec(body) ?? [];
      const replayed = waiting.get(word);
      assert.ok(replayed, `${body} is to be asked once`);
      waiting.delete(word);
      paths.set(word, request.url);
      return send(response, replayed);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (replayed) => {
      served += 1;
      const word = `replay-${served}-`;
      waiting.set(word, replayed);
      return word;
    },
    pathOf: (word) => paths.get(word),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function send(response: ServerResponse, { response: recorded, pieces, ending }: Replayed): Promise<void> {
  response.writeHead(recorded.status, headersOf(recorded));
  response.flushHeaders();
  // Each piece is a write of its own.
  await pipeline(Readable.from(pieces), response, { end: false }).catch(() => undefined);
  if (ending === 'reset') response.socket?.resetAndDestroy();
  else response.end();
}

/** But for what was of the recorded connection. */
function headersOf({ headers }: RecordedResponse): Readonly<Record<string, string>> {
  const { connection: _connection, 'content-length': _length, 'transfer-encoding': _coding, ...others } = headers;
  return others;
}
