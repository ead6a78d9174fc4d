import type { RelayProtocol } from '@tollgate/core';
import type { Adapter } from '../base/adapter.ts';
import { readRefusal } from '../base/answer-errors.ts';
import type { ChatDialect } from '../openai-compatible/dialect.ts';
import { ByteRelay } from './byte-relay.ts';
import { buildRelayRequest } from './build-request.ts';
import { EventRelay } from './event-relay.ts';
import { readWholeRelayed } from './read-whole.ts';

/** What servers of these endpoints differ in: the same as where they speak chat completions. */
export type RelayDialect = Pick<
  ChatDialect,
  'assertSendable' | 'credentialHeaders' | 'headers' | 'reportedCost' | 'requestIdHeader'
>;

/** Where each endpoint lies below the base URL. */
export const relayPaths = {
  completions: '/completions',
  embeddings: '/embeddings',
  moderations: '/moderations',
  images_generations: '/images/generations',
  audio_speech: '/audio/speech',
  audio_transcriptions: '/audio/transcriptions',
  audio_translations: '/audio/translations',
  rerank: '/rerank',
} as const satisfies Partial<Record<RelayProtocol, string>>;

export type RelayedProtocol = keyof typeof relayPaths;

/** An adapter for an endpoint whose bytes pass both ways; only the model's name changes, and a cap. */
export const createRelayAdapter = (protocol: RelayedProtocol, dialect: RelayDialect): Adapter => ({
  buildRequest: (request) => buildRelayRequest(request, { path: relayPaths[protocol], dialect }),
  createStreamReader: ({ call }) =>
    call.answersInBytes ? new ByteRelay() : new EventRelay({ dialect, hidesUsage: !call.wantsStreamUsage }),
  readWhole: (body, { call }) => readWholeRelayed(body, { protocol: call.protocol, dialect }),
  readError: readRefusal,
  requestIdHeader: dialect.requestIdHeader,
});

/** Adapters for several of the endpoints, by protocol. */
export const relayAdapters = (
  protocols: readonly RelayedProtocol[],
  dialect: RelayDialect,
): Readonly<Partial<Record<RelayedProtocol, Adapter>>> =>
  Object.fromEntries(protocols.map((protocol) => [protocol, createRelayAdapter(protocol, dialect)]));
