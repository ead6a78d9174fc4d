import type { Endpoint, Protocol } from '@tollgate/core';
import type { ProbedKind } from '../compatibility/provider-kinds.ts';
import * as conversations from './conversation-calls.ts';
import * as relayed from './relayed-calls.ts';
import { of, type SdkCall } from './sdk-call.ts';

/** Endpoints that providers answer, each with the model that a kind has for it. */
export interface CalledEndpoint {
  readonly protocol: Protocol;
  modelOf(kind: ProbedKind): string;
  readonly calls: readonly SdkCall[];
}

const conversationModel: CalledEndpoint['modelOf'] = ({ kind, model }) =>
  // The SDK warns on the console of models that are about to end.
  kind === 'anthropic' ? 'claude-haiku-4-5' : model;
const named =
  (name: string): CalledEndpoint['modelOf'] =>
  ({ kind }) =>
    kind === 'openrouter' ? `openai/${name}` : name;

/** Every endpoint has to be here, or this does not compile. The node itself answers the two that are not. */
export const calledEndpoints: Readonly<Record<Exclude<Endpoint, 'models' | 'key'>, CalledEndpoint>> = {
  chat_completions: { protocol: 'openai_chat', modelOf: conversationModel, calls: conversations.chat },
  responses: { protocol: 'openai_responses', modelOf: conversationModel, calls: conversations.responses },
  stored_responses: { protocol: 'stored_responses', modelOf: conversationModel, calls: conversations.storedResponses },
  messages: { protocol: 'anthropic_messages', modelOf: conversationModel, calls: conversations.messages },
  count_tokens: { protocol: 'count_tokens', modelOf: conversationModel, calls: conversations.countTokens },
  completions: { protocol: 'completions', modelOf: named('gpt-3.5-turbo-instruct'), calls: relayed.completions },
  embeddings: {
    protocol: 'embeddings',
    modelOf: (kind) => (kind.kind === 'gemini' ? 'gemini-embedding-001' : named('text-embedding-3-small')(kind)),
    calls: relayed.embeddings,
  },
  moderations: { protocol: 'moderations', modelOf: named('omni-moderation-latest'), calls: relayed.moderations },
  images_generations: { protocol: 'images_generations', modelOf: named('gpt-image-1'), calls: relayed.images },
  audio_speech: { protocol: 'audio_speech', modelOf: named('gpt-4o-mini-tts'), calls: relayed.speech },
  audio_transcriptions: {
    protocol: 'audio_transcriptions',
    modelOf: named('gpt-4o-transcribe'),
    calls: relayed.transcriptions,
  },
  audio_translations: { protocol: 'audio_translations', modelOf: named('whisper-1'), calls: relayed.translations },
  rerank: {
    protocol: 'rerank',
    modelOf: ({ kind }) => (kind === 'openrouter' ? 'cohere/rerank-v3.5' : 'rerank-v3.5'),
    calls: relayed.rerank,
  },
};

/** What the node answers by itself; the calls of a kind are those of the SDK that its list of models is for. */
export const listModels: SdkCall = of('the list of models', async ({ openai, anthropic }, kind) => {
  const { data } = await (kind === 'anthropic' ? anthropic.models.list() : openai.models.list());
  return data.map(({ id }) => id);
});
