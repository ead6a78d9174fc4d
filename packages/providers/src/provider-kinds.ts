import type { Clock } from '@tollgate/core';
import { anthropicMessagesAdapter } from './anthropic-messages/adapter.ts';
import { countTokensAdapter } from './anthropic-messages/count-tokens.ts';
import { createAnthropicAdapter } from './anthropic/adapter.ts';
import { azureDeploymentsKind, azureKind } from './azure/kind.ts';
import { completeKind, type CallerProtocols, type ProviderKind } from './base/provider-kind.ts';
import { createGeminiAdapter } from './gemini/adapter.ts';
import { createGeminiCountAdapter } from './gemini/count-tokens.ts';
import { geminiEmbeddingsAdapter } from './gemini/embeddings.ts';
import { openaiCompatibleAdapter, plainDialect } from './openai-compatible/adapter.ts';
import { openaiAdapter, openaiDialect, openaiKeptResponseAdapter, openaiResponsesAdapter } from './openai/adapter.ts';
import { openrouterAdapter, openrouterDialect, openrouterResponsesAdapter } from './openrouter/adapter.ts';
import { openrouterMessagesAdapter } from './openrouter/messages-adapter.ts';
import { messagesOverChat } from './messages-over-chat/protocol.ts';
import { relayAdapters } from './relay/relay-adapter.ts';
import { responsesOverChat } from './responses-over-chat/protocol.ts';

export type ProviderType = 'openrouter' | 'openai' | 'anthropic' | 'gemini' | 'azure' | 'openai-compatible';

const callers: CallerProtocols = new Map([
  ['openai_responses', responsesOverChat],
  ['anthropic_messages', messagesOverChat],
]);

export interface KindParts {
  readonly clock: Clock;
  /** Azure's API of that dated version in place of its v1 API. */
  readonly azureApiVersion?: string | undefined;
}

/** What each type of provider can be asked, and how. */
export function providerKinds(parts: KindParts): Readonly<Record<ProviderType, ProviderKind>> {
  const { azureApiVersion } = parts;
  const complete = (spoken: ProviderKind): ProviderKind => completeKind(spoken, callers, parts);
  return {
    openrouter: complete({
      openai_chat: openrouterAdapter,
      openai_responses: openrouterResponsesAdapter,
      anthropic_messages: openrouterMessagesAdapter,
      ...relayAdapters(['completions', 'embeddings', 'rerank'], openrouterDialect),
    }),
    openai: complete({
      openai_chat: openaiAdapter,
      openai_responses: openaiResponsesAdapter,
      stored_responses: openaiKeptResponseAdapter,
      ...relayAdapters(
        [
          'completions',
          'embeddings',
          'moderations',
          'images_generations',
          'audio_speech',
          'audio_transcriptions',
          'audio_translations',
        ],
        openaiDialect,
      ),
    }),
    anthropic: complete({
      openai_chat: createAnthropicAdapter(parts),
      anthropic_messages: anthropicMessagesAdapter,
      count_tokens: countTokensAdapter,
    }),
    azure: complete(azureApiVersion === undefined ? azureKind : azureDeploymentsKind(azureApiVersion)),
    gemini: complete({
      openai_chat: createGeminiAdapter(parts),
      count_tokens: createGeminiCountAdapter(messagesOverChat),
      embeddings: geminiEmbeddingsAdapter,
    }),
    // Which of them a server has is the operator's to know: the others are 404 there.
    'openai-compatible': complete({
      openai_chat: openaiCompatibleAdapter,
      ...relayAdapters(
        [
          'completions',
          'embeddings',
          'moderations',
          'images_generations',
          'audio_speech',
          'audio_transcriptions',
          'audio_translations',
          'rerank',
        ],
        plainDialect,
      ),
    }),
  };
}
