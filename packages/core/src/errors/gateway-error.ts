import { errorCatalogue, type CatalogueEntry, type ErrorCode } from './catalogue.ts';

export interface GatewayErrorDetails {
  /** What went wrong and what to change, for the caller: no secret, no internal address. */
  readonly message: string;
  /** Path of the field or name of the header at fault. */
  readonly param?: string;
  readonly retryAfterMs?: number;
  /** A provider's own status, where its refusal is passed on (`upstream_rejected`). */
  readonly status?: number;
  /** A provider's own `error.type` and `error.code`, likewise. */
  readonly providerType?: string;
  readonly providerCode?: string | number;
  readonly cause?: unknown;
}

/** An error from the catalogue, on its way to the caller. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly entry: CatalogueEntry;
  readonly status: number;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly providerType: string | undefined;
  readonly providerCode: string | number | undefined;

  constructor(code: ErrorCode, details: GatewayErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.entry = errorCatalogue[code];
    this.status = details.status ?? this.entry.status;
    this.param = details.param;
    this.retryAfterMs = details.retryAfterMs;
    this.providerType = details.providerType;
    this.providerCode = details.providerCode;
  }
}
