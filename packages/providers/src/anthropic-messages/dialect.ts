import type { JsonObject, NanoUsd, ProviderRequest } from '@tollgate/core';

/** What servers of Anthropic's Messages API differ in. */
export interface MessagesDialect {
  /** Below the provider's base URL. */
  readonly path: string;
  /** Headers with the credential. */
  credential(request: ProviderRequest): Readonly<Record<string, string>>;
  /** Throws GatewayError for what may not be sent to this kind of provider. */
  assertSendable(body: JsonObject): void;
  /** What the usage says was charged. */
  reportedCost(usage: JsonObject): NanoUsd | undefined;
  /** Response header with the provider's id for the request. */
  readonly requestIdHeader: string;
}
