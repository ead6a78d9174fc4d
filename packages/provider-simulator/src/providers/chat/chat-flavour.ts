import { inputTokens, type JsonObject, type Usage } from '@tollgate/core';
import type { Answer, Reply } from '../../answer/answer.ts';
import { chatFinish } from './chat-finish.ts';

/** Where servers of OpenAI's format differ from OpenAI. */
export interface ChatFlavour {
  /** Members of each answer and chunk beside id, object, created and model. */
  extras(reply: Reply): JsonObject;
  /** Members of each choice. */
  readonly choiceExtras: JsonObject;
  /** The member that shows reasoning; undefined where it stays hidden. */
  readonly reasoningMember: string | undefined;
  readonly obfuscates: boolean;
  usage(usage: Usage): JsonObject;
  /** Azure's: what a filter found in the prompt and in each piece. */
  readonly filters: boolean;
  /** Whether a tool call is streamed in pieces, or whole at once. */
  readonly calls: 'pieces' | 'whole';
  /** Whether every delta has a role and content, and none has a role alone. */
  readonly fullDeltas: boolean;
  finish(answer: Answer): string;
}

/** As OpenAI does it. */
export const plainChat: ChatFlavour = {
  extras: ({ serviceTier }) => ({ service_tier: serviceTier ?? 'default', system_fingerprint: 'fp_simulated' }),
  choiceExtras: {},
  reasoningMember: undefined,
  obfuscates: true,
  usage: chatUsage,
  filters: false,
  calls: 'pieces',
  fullDeltas: false,
  finish: chatFinish,
};

/** Usage as OpenAI counts it: input includes what was read from cache, output includes reasoning. */
export function chatUsage(usage: Usage): JsonObject {
  return {
    ...shortUsage(usage),
    prompt_tokens_details: { cached_tokens: usage.cacheRead, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** The same without the details. */
export const shortUsage = (usage: Usage): JsonObject => ({
  prompt_tokens: inputTokens(usage),
  completion_tokens: usage.output,
  total_tokens: inputTokens(usage) + usage.output,
});
