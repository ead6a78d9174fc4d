import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { PieceWriter } from '../src/http/piece-writer.ts';

async function serve(context: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

const writer = new PieceWriter();
const lengths = [1, 15, 16, 255, 256, 4095, 4096, 4097, 0, 70_000, 3];
const pieces = lengths.map((length, index) => Buffer.alloc(length, 'abcdefghijk'[index]));

test('pieces of every length arrive as they are, in their order', async (context) => {
  const port = await serve(context, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    response.write('head');
    for (const piece of pieces) writer.write(response, piece);
    response.write('tail');
    response.end();
  });
  const [answer] = await once(get({ port, host: '127.0.0.1' }), 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  assert.deepEqual(Buffer.concat(chunks), Buffer.concat([Buffer.from('head'), ...pieces, Buffer.from('tail')]));
});

/** Everything that a connection says to these requests, until it is closed. */
async function said(port: number, requests: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write(requests);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

test('a client that knows no chunks is sent none', async (context) => {
  const port = await serve(context, (_request, response) => {
    response.writeHead(200).flushHeaders();
    writer.write(response, Buffer.from('one,'));
    writer.write(response, Buffer.from('two'));
    response.end();
  });
  assert.equal((await said(port, 'GET / HTTP/1.0\r\n\r\n')).split('\r\n\r\n')[1], 'one,two');
});

test('what is written to an answer before its turn on the connection waits for it', async (context) => {
  const second = Promise.withResolvers<void>();
  const port = await serve(context, (request, response) => {
    response.writeHead(200, { date: 'today' }).flushHeaders();
    const name = request.url?.slice(1) ?? '';
    writer.write(response, Buffer.from(`${name} begins,`));
    const end = (): void => {
      writer.write(response, Buffer.from(`${name} ends`));
      response.end();
    };
    if (name === 'first') void second.promise.then(end);
    else {
      end();
      second.resolve();
    }
  });
  const head = (close: string): string => `HTTP/1.1 200 OK\r\ndate: today\r\nConnection: ${close}`;
  const answers = await said(
    port,
    'GET /first HTTP/1.1\r\nhost: x\r\n\r\nGET /second HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
  );
  assert.equal(
    answers.replaceAll(/\r\nKeep-Alive: [^\r]*/g, ''),
    `${head('keep-alive')}\r\nTransfer-Encoding: chunked\r\n\r\nd\r\nfirst begins,\r\na\r\nfirst ends\r\n0\r\n\r\n` +
      `${head('close')}\r\nTransfer-Encoding: chunked\r\n\r\ne\r\nsecond begins,\r\nb\r\nsecond ends\r\n0\r\n\r\n`,
  );
});

test('who has no room is told, and drains', async (context) => {
  const written = Promise.withResolvers<number>();
  const port = await serve(context, (_request, response) => {
    response.writeHead(200).flushHeaders();
    const fill = (count: number): void => {
      const full = writer.write(response, Buffer.alloc(4000));
      if (full === undefined) return fill(count + 1);
      assert.equal(full, response.socket);
      full.once('drain', () => {
        response.end();
        written.resolve(count + 1);
      });
    };
    fill(0);
  });
  const [answer] = await once(get({ port, host: '127.0.0.1' }), 'response');
  let bytes = 0;
  for await (const chunk of answer) bytes += chunk.length;
  assert.equal(bytes, (await written.promise) * 4000);
});
