import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as elapsed } from 'node:timers/promises';

/** How it treats a request: reads it all, late or in its middle answers or breaks off. */
export type Manner = 'reads' | 'reads slowly' | 'answers early' | 'refuses' | 'breaks off';

export interface CheckingUpstream {
  readonly url: string;
  /** Prompts that arrived whole, and how many of them were not what their own digest says. */
  readonly arrived: { whole: number; spoilt: number };
  stop(): void;
}

/** A prompt that says what it has to be: its digest, then as many bytes as wanted. */
export function signedPrompt(bytes: number, filler: string): string {
  const text = filler.repeat(Math.ceil(bytes / filler.length)).slice(0, bytes);
  return `${digestOf(text)} ${text}`;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function isSpoilt(body: string): boolean {
  const call = JSON.parse(body) as { readonly messages: readonly { readonly content: string }[] };
  const [digest = '', text = ''] = (call.messages[0]?.content ?? '').split(' ', 2);
  return digestOf(text) !== digest;
}

/** An OpenAI-compatible server of bad manners, which checks every prompt that it gets. */
export async function startCheckingUpstream(mannerOf: () => Manner): Promise<CheckingUpstream> {
  const arrived = { whole: 0, spoilt: 0 };
  const read = async (request: IncomingMessage, isSlow: boolean): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      if (Buffer.isBuffer(chunk)) chunks.push(chunk);
      if (isSlow) await elapsed(1);
    }
    arrived.whole += 1;
    if (isSpoilt(Buffer.concat(chunks).toString('utf8'))) arrived.spoilt += 1;
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const manner = mannerOf();
    if (manner === 'breaks off') {
      await once(request, 'data');
      return void request.destroy();
    }
    if (manner !== 'answers early') await read(request, manner === 'reads slowly');
    if (manner === 'refuses') {
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"message":"busy"}}');
      return;
    }
    answer(response);
    if (manner === 'answers early') await read(request, true);
  };
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`,
    arrived,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(response: ServerResponse): void {
  const chunk = (fields: object): string =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', ...fields })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ choices: [{ index: 0, delta: { content: 'word' }, finish_reason: null }] }));
  response.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  response.end(`${chunk({ choices: [], usage })}data: [DONE]\n\n`);
}
