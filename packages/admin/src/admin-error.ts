/**
 * Everything that can go wrong in an administrative operation. `status` is the HTTP status of the
 * admin API; `usage` tells that the request has to change, which the command line exits with 2 for.
 */
export const adminErrorCatalogue = {
  invalid_input: { status: 400, usage: true },
  unknown_tier: { status: 400, usage: true },
  tenant_not_found: { status: 404, usage: false },
  key_not_found: { status: 404, usage: false },
  event_not_found: { status: 404, usage: false },
  unknown_operation: { status: 404, usage: false },
  tenant_exists: { status: 409, usage: false },
  key_name_taken: { status: 409, usage: false },
  key_revoked: { status: 409, usage: false },
  key_already_rotated: { status: 409, usage: false },
  event_not_applicable: { status: 409, usage: false },
  changed_meanwhile: { status: 409, usage: false },
  no_pepper: { status: 503, usage: false },
  store_unavailable: { status: 503, usage: false },
} as const satisfies Record<string, { readonly status: number; readonly usage: boolean }>;

export type AdminErrorCode = keyof typeof adminErrorCatalogue;

/** `message` says what to change, in words for an operator; it holds no secret. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly code: AdminErrorCode;
  readonly status: number;
  readonly usage: boolean;

  constructor(code: AdminErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = adminErrorCatalogue[code].status;
    this.usage = adminErrorCatalogue[code].usage;
  }
}
