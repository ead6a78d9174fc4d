import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';
import { isJsonObject, tryParseJson, type JsonObject, type JsonValue } from '@tollgate/core';
import { startProviderSimulator } from '../src/index.ts';
import type { ProviderName, ProviderSimulator, SimulatorOptions } from '../src/index.ts';

/** A simulator that ends with the test. */
export async function startFor(t: TestContext, options: Partial<SimulatorOptions> = {}): Promise<ProviderSimulator> {
  const simulator = await startProviderSimulator({ port: 0, ...options });
  t.after(() => simulator.stop());
  return simulator;
}

/** All that reached the client. */
export interface Received {
  /** Undefined where no headers came. */
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly bytes: Buffer;
  /** How the connection failed; undefined where the answer ended as HTTP says. */
  readonly broken: string | undefined;
}

export interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Called with each piece; may end the request. */
  readonly whenPiece?: (piece: Buffer, leave: () => void) => void;
}

/** One request on a connection of its own, whatever becomes of it. */
export function send(simulator: ProviderSimulator, sent: Sent): Promise<Received> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let answer: IncomingMessage | undefined;
    const settle = (broken: string | undefined): void => {
      const bytes = Buffer.concat(pieces);
      resolve({
        status: answer?.statusCode,
        headers: answer?.headers ?? {},
        bytes,
        body: bytes.toString('utf8'),
        broken,
      });
    };
    const { method = 'POST', path, headers = {} } = sent;
    const outgoing = request({ host: '127.0.0.1', port: simulator.port, method, path, headers, agent: false });
    outgoing.on('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
    outgoing.on('response', (response) => {
      answer = response;
      response.on('data', (piece: Buffer) => {
        pieces.push(piece);
        sent.whenPiece?.(piece, () => outgoing.destroy());
      });
      response.on('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
      response.on('end', () => settle(undefined));
    });
    outgoing.end(sent.body);
  });
}

/** Providers whose calls have messages. */
export type MessagesProvider = Exclude<ProviderName, 'gemini'>;

export const callPaths: Readonly<Record<MessagesProvider, string>> = {
  openai: '/openai/v1/chat/completions',
  openrouter: '/openrouter/api/v1/chat/completions',
  anthropic: '/anthropic/v1/messages',
  azure: '/azure/openai/v1/chat/completions',
  compatible: '/compatible/v1/chat/completions',
};

const models: Readonly<Record<MessagesProvider, string>> = {
  openai: 'gpt-4o-mini',
  openrouter: 'openai/gpt-4o-mini',
  anthropic: 'claude-haiku-4-5',
  azure: 'gpt-4o-mini',
  compatible: 'llama3',
};

/** A request that the provider takes, with members replaced, or removed by undefined. */
export const requestTo = (provider: MessagesProvider, members: JsonObject = {}): JsonObject => ({
  model: models[provider],
  messages: [{ role: 'user', content: 'Hello there, simulator!' }],
  ...(provider === 'anthropic' ? { max_tokens: 1000 } : {}),
  ...members,
});

/** A model call with those members; a string is sent as the body. */
export const ask = (
  simulator: ProviderSimulator,
  provider: MessagesProvider,
  asked: {
    readonly members?: JsonObject;
    readonly headers?: Record<string, string>;
    readonly whenPiece?: Sent['whenPiece'];
  } = {},
): Promise<Received> =>
  send(simulator, {
    path: callPaths[provider],
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...asked.headers },
    body: JSON.stringify(requestTo(provider, asked.members)),
    ...(asked.whenPiece === undefined ? {} : { whenPiece: asked.whenPiece }),
  });

/** A call with that body at that path. */
export const sendTo = (simulator: ProviderSimulator, path: string, body: JsonObject): Promise<Received> =>
  send(simulator, {
    path,
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify(body),
  });

/** A member deep in JSON text: `at(body, 'choices', 0, 'message')`. */
export const at = (text: string, ...path: readonly (string | number)[]): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>((value, key) => {
    if (typeof key === 'number') return Array.isArray(value) ? (value[key] as JsonValue) : undefined;
    return isJsonObject(value) ? value[key] : undefined;
  }, tryParseJson(text));

/** The data of a stream's events. */
export const eventData = (stream: string): readonly string[] =>
  stream
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => line.slice('data: '.length));

/** The same where it is text; empty where it is not. */
export function textAt(text: string, ...path: readonly (string | number)[]): string {
  const value = at(text, ...path);
  return typeof value === 'string' ? value : '';
}
