import type { JsonObject } from '@tollgate/core';
import { chatProtocol } from '../compatibility/chat-features.ts';
import { messagesProtocol } from '../compatibility/messages-features.ts';
import { responsesProtocol } from '../compatibility/responses-features.ts';

/** A call that a gateway takes, before it is spoilt. */
export interface ValidCall {
  readonly path: string;
  readonly body: JsonObject;
}

const conversations: readonly ValidCall[] = [chatProtocol, responsesProtocol, messagesProtocol].flatMap(
  ({ path, body, features }) =>
    features.map((feature) => ({ path, body: { ...body('', feature.prompt ?? 'hello'), ...feature.fields } })),
);

const relayed: readonly ValidCall[] = [
  { path: '/v1/messages/count_tokens', body: { messages: [{ role: 'user', content: 'hello' }] } },
  { path: '/v1/completions', body: { prompt: 'hello', max_tokens: 20 } },
  { path: '/v1/embeddings', body: { input: ['hello', 'there'], dimensions: 8 } },
  { path: '/v1/moderations', body: { input: 'hello' } },
  { path: '/v1/images/generations', body: { prompt: 'a cat', n: 1, size: '1024x1024' } },
  { path: '/v1/audio/speech', body: { input: 'hello', voice: 'alloy' } },
  { path: '/v1/rerank', body: { query: 'cats', documents: ['a cat', 'a dog'] } },
];

/** Calls of every endpoint that takes JSON; half of them are of the endpoints that are translated. */
export const validCalls: readonly ValidCall[] = [
  ...conversations,
  ...Array.from({ length: Math.ceil(conversations.length / relayed.length) }, () => relayed).flat(),
];
