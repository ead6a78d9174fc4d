import type { JsonObject, NanoUsd, ProviderRequest } from '@tollgate/core';
import type { PlainChatOptions } from './plain-chat.ts';

/** The two fields by which chat completions cap their output: the old one and OpenAI's new one. */
export const capFields = ['max_completion_tokens', 'max_tokens'] as const;
export type CapField = (typeof capFields)[number];

/** What servers of the chat completions protocol differ in. */
export interface ChatDialect {
  /** Says an output cap where the caller set none. */
  readonly capField: CapField;
  /** Whether the model refuses the other field. */
  refusesOtherCapField(providerModel: string): boolean;
  /** Throws GatewayError for what may not be sent to this kind of provider. */
  assertSendable(body: JsonObject): void;
  /** How a call that came in another protocol is said without OpenRouter's members; undefined where the server knows them. */
  readonly plain: PlainChatOptions | undefined;
  /** The header that holds the credential. */
  credentialHeaders(request: ProviderRequest): Readonly<Record<string, string>>;
  /** Headers of its own beside the credential. */
  headers(request: ProviderRequest): Readonly<Record<string, string>>;
  /** What the usage says was charged. */
  reportedCost(usage: JsonObject): NanoUsd | undefined;
  /** Response header with the provider's id for the request. */
  readonly requestIdHeader: string;
}
