/**
 * The provider that all contestants call, in a process of its own. What it answers stands in the prompt, since that
 * is what every gateway passes on:
 *
 *   frames=N every=MS    a stream of N frames, one each MS ms; with 0 all at once
 *
 * Everything else gets a chat completion of usual size at once, and the model `missing` a 404.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answer, chunked, frame, lastFrames, notFound } from './wire.ts';

const wholeFrame = chunked(frame);

function reply(head: string, response: ServerResponse): void {
  const pace = /frames=(\d+) every=(\d+)/.exec(head);
  if (pace !== null) return stream(response, { frames: Number(pace[1]), everyMs: Number(pace[2]) });
  const [status, body] = head.includes('"missing"') ? [404, notFound] : [200, answer];
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

/** Frames are written to the socket as they will lie on the wire: a mock should cost less than what it measures. */
function stream(response: ServerResponse, { frames, everyMs }: { frames: number; everyMs: number }): void {
  const { socket } = response;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' }).flushHeaders();
  if (socket === null) return;
  // Node's own end of the body is what frees the connection, so the last bytes are left to it.
  const end = (): void => void response.end(lastFrames);
  if (everyMs === 0) {
    for (let at = 0; at < frames; at += 1) socket.write(wholeFrame);
    return end();
  }
  let left = frames;
  const timer = setInterval(() => {
    if (left > 0) socket.write(wholeFrame);
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    end();
  }, everyMs);
  response.once('close', () => clearInterval(timer));
}

function take(request: IncomingMessage, response: ServerResponse): void {
  let head = '';
  request.on('data', (chunk: Buffer) => {
    if (head === '') head = chunk.toString('latin1', 0, 400);
  });
  request.once('end', () => reply(head, response));
}

const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, take);
server.listen({ port: 0, host: '127.0.0.1', backlog: 16_384 }, () => process.send?.(server.address()));
process.once('disconnect', () => process.exit());
