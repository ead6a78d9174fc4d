/** What a node talks to while it is exercised. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** A Redis: says that it is there, and that it cannot answer anything else yet. Each command is an array, whose head is a line of its own. */
export function refuseCommands(socket: Socket): void {
  const info = 'redis_version:7.0.15\r\nloading:0\r\nrole:master\r\n';
  const replies = new Map([
    ['hello', '%1\r\n$5\r\nproto\r\n:3\r\n'],
    ['info', `$${info.length}\r\n${info}\r\n`],
  ]);
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => {
    for (const [, name = ''] of bytes.toString('latin1').matchAll(/^\*\d+\r\n\$\d+\r\n(\w+)\r\n/gm)) {
      socket.write(replies.get(name.toLowerCase()) ?? '-LOADING this is no Redis\r\n');
    }
  });
}

/** As a provider does: whole, or in a stream. */
export function answerAsProvider(request: IncomingMessage, response: ServerResponse): void {
  const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
  const said = { id: 'chatcmpl-1', created: 1, model: 'm' };
  const chunk = (choices: readonly object[]): string =>
    `data: ${JSON.stringify({ ...said, object: 'chat.completion.chunk', choices, usage: choices.length === 0 ? usage : null })}\n\n`;
  const piece = (content: string) => [{ index: 0, delta: { content }, finish_reason: null }];
  void text(request).then((asked) => {
    if (!asked.includes('"stream":true')) {
      const choices = [{ index: 0, message: { role: 'assistant', content: 'hello you' }, finish_reason: 'stop' }];
      return response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ...said, object: 'chat.completion', choices, usage }));
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const content of ['hel', 'lo', ' you', ' there']) response.write(chunk(piece(content)));
    const end = chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]) + chunk([]);
    return response.end(`${end}data: [DONE]\n\n`);
  });
}
