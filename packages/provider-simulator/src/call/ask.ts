import type { JsonObject } from '@tollgate/core';

export const providerNames = ['openai', 'openrouter', 'anthropic', 'gemini', 'azure', 'compatible'] as const;
/** Whose wire format a path speaks; `compatible` is a local server in OpenAI's format. */
export type ProviderName = (typeof providerNames)[number];

/** What a request asks for, the same for every wire format. */
export interface Ask {
  readonly model: string;
  readonly stream: boolean;
  /** Whether a stream ends with usage; formats that always report it say true. */
  readonly includeUsage: boolean;
  /** Whether OpenAI's chunks carry the padding that it calls obfuscation. */
  readonly includeObfuscation: boolean;
  /** Whether each token of the text is given with its probability. */
  readonly logprobs: boolean;
  readonly choices: number;
  readonly outputCapTokens: number | undefined;
  readonly stopSequences: readonly string[];
  readonly tools: readonly AskedTool[];
  readonly toolChoice: ToolChoice;
  /** Whether an answer may call several tools. */
  readonly parallelTools: boolean;
  readonly answerFormat: AnswerFormat;
  readonly reasons: boolean;
  /** The tier that the answer will name; undefined is the standard one. */
  readonly serviceTier: string | undefined;
  /** Text of the last user message. */
  readonly userText: string;
  readonly attachments: number;
  /** Texts of the tool results that end the conversation; empty where it ends otherwise. */
  readonly toolResults: readonly string[];
  /** The prompt in the order in which a provider would cache it: tools, system, messages. */
  readonly prompt: readonly PromptPiece[];
}

export interface AskedTool {
  readonly name: string;
  readonly schema: JsonObject;
}

export type ToolChoice =
  { readonly kind: 'auto' | 'none' | 'required' } | { readonly kind: 'named'; readonly name: string };

export type AnswerFormat =
  { readonly kind: 'text' | 'json' } | { readonly kind: 'schema'; readonly schema: JsonObject };

export interface PromptPiece {
  readonly text: string;
  readonly tokens: number;
  /** Set where the request marks the prompt up to here for caching. */
  readonly cacheFor: '5m' | '1h' | undefined;
}
