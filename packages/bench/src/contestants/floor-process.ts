/**
 * The floor: what any gateway on Node has to do, and nothing else. It reads a JSON request, makes one upstream call,
 * and hands on the answer: a whole one after reading its JSON, a stream as the bytes come.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Pool } from 'undici';

const pool = new Pool(process.argv[2] ?? '', { pipelining: 1 });
const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-bench' };

async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const call: { readonly stream?: boolean } = JSON.parse(body);
  const options = { path: '/v1/chat/completions', method: 'POST', headers, body } as const;
  if (call.stream === true) return pass(options, response);
  const answer = await pool.request(options);
  const answered = await answer.body.text();
  JSON.parse(answered);
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(answered),
  });
  response.end(answered);
}

async function pass(options: Parameters<Pool['request']>[0], response: ServerResponse): Promise<void> {
  await pool.stream(options, () => response.writeHead(200, { 'content-type': 'text/event-stream' }));
}

const server = createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
  relay(request, response).catch(() => response.destroy());
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 16_384 }, () => process.send?.(server.address()));
process.once('disconnect', () => process.exit());
