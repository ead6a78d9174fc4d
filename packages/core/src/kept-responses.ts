import type { Shard } from './shard.ts';

/** Whose response it is, and its id at the provider. */
export interface KeptResponse {
  readonly shard: Shard;
  readonly tenant: string;
  readonly responseId: string;
}

/** An item of a response goes by its own id, beside those of responses. */
export const keptItemName = (itemId: string): string => `item:${itemId}`;

/** Where a response lies that its provider keeps. */
export interface ResponsePlace {
  /** As the caller named it. */
  readonly model: string;
  readonly provider: string;
  readonly providerModel: string;
  /** Name of the credential that it was made with: under another it is not found. */
  readonly credential: string;
}

/** OpenAI keeps a response for 30 days (https://platform.openai.com/docs/guides/your-data). */
export const keepsResponsesForMs = 30 * 24 * 3_600_000;

/**
 * Responses that providers keep, by tenant: they all lie under credentials that tenants share, so that what is not
 * noted here as a tenant's own is nobody's. Both reject with `StoreError`.
 */
export interface KeptResponses {
  /** Remembered for as long as the provider keeps it. */
  note(response: KeptResponse, place: ResponsePlace): Promise<void>;
  find(response: KeptResponse): Promise<ResponsePlace | undefined>;
}
