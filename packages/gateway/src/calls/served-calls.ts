import type { Call, Endpoint, JsonBody, KeptResponseAction } from '@tollgate/core';
import { readChatCall } from './read-chat-call.ts';
import { readKeptResponse } from './read-kept-response.ts';
import { readMessagesCall } from './read-messages-call.ts';
import {
  readCompletionCall,
  readCountCall,
  readEmbeddingsCall,
  readImageCall,
  readModerationCall,
  readRerankCall,
  readSpeechCall,
  readTranscriptionCall,
  readTranslationCall,
} from './read-relayed-calls.ts';
import { readResponsesCall } from './read-responses-call.ts';

/** A path that takes calls, and how their bodies are read. */
export interface ServedCall {
  readonly path: string;
  readonly endpoint: Endpoint;
  /** `none`: whatever body there is means nothing. */
  readonly bodyType: 'application/json' | 'multipart/form-data' | 'none';
  /** Throws GatewayError for what is wrong with the body whoever answers. */
  readonly readCall: (body: JsonBody) => Call;
}

const json = (path: string, endpoint: Endpoint, readCall: ServedCall['readCall']): ServedCall => ({
  path,
  endpoint,
  bodyType: 'application/json',
  readCall,
});

const form = (path: string, endpoint: Endpoint, readCall: ServedCall['readCall']): ServedCall => ({
  ...json(path, endpoint, readCall),
  bodyType: 'multipart/form-data',
});

/** All that goes the way of `run-request.ts`. */
export const servedCalls: readonly ServedCall[] = [
  json('/v1/chat/completions', 'chat_completions', readChatCall),
  json('/v1/responses', 'responses', readResponsesCall),
  json('/v1/messages', 'messages', readMessagesCall),
  json('/v1/messages/count_tokens', 'count_tokens', readCountCall),
  json('/v1/completions', 'completions', readCompletionCall),
  json('/v1/embeddings', 'embeddings', readEmbeddingsCall),
  json('/v1/moderations', 'moderations', readModerationCall),
  json('/v1/images/generations', 'images_generations', readImageCall),
  json('/v1/audio/speech', 'audio_speech', readSpeechCall),
  form('/v1/audio/transcriptions', 'audio_transcriptions', readTranscriptionCall),
  form('/v1/audio/translations', 'audio_translations', readTranslationCall),
  json('/v1/rerank', 'rerank', readRerankCall),
];

/** Paths about responses that providers keep, below `/v1/responses/{id}`. */
export const keptResponsePaths: readonly (readonly [
  method: 'get' | 'post' | 'delete',
  path: string,
  action: KeptResponseAction,
])[] = [
  ['get', '/v1/responses/:id', 'get'],
  ['delete', '/v1/responses/:id', 'delete'],
  ['post', '/v1/responses/:id/cancel', 'cancel'],
  ['get', '/v1/responses/:id/input_items', 'input_items'],
];

/** A request for one of them, which is all in its address. */
export const keptResponseCall = (
  action: KeptResponseAction,
  { id, query }: { readonly id: string; readonly query: string },
): ServedCall => ({
  path: '/v1/responses/:id',
  endpoint: 'stored_responses',
  bodyType: 'none',
  readCall: () => readKeptResponse(action, id, query),
});
