/**
 * How one attempt at a provider failed. Where an attempt fails it is decided once, here in its
 * fields, what may be done next; nobody further up looks at status codes again.
 */
export type AttemptErrorCode =
  | 'connect_failed'
  | 'connect_timeout'
  | 'connection_reset'
  | 'first_content_timeout'
  | 'unstreamed_timeout'
  | 'idle_timeout'
  | 'deadline_passed'
  | 'rate_limited'
  | 'overloaded'
  | 'server_error'
  | 'quota_spent'
  | 'credential_refused'
  | 'model_not_found'
  | 'context_too_long'
  | 'request_rejected'
  | 'malformed_answer'
  | 'answer_too_large'
  | 'error_in_answer'
  | 'cut'
  | 'aborted';

/**
 * - `retry`: the same target may be tried again, then others.
 * - `credential`: not with this credential; the target's next one, then other targets.
 * - `target`: not this target; the next one may do.
 * - `longer_context`: only a target with a longer context window may do.
 * - `stop`: no other attempt can help.
 */
export type NextStep = 'retry' | 'credential' | 'target' | 'longer_context' | 'stop';

/**
 * - `none`: the provider has definitely not charged for it (refused, never reached).
 * - `possible`: the request was sent and the provider may charge for it.
 */
export type AttemptBilling = 'none' | 'possible';

/** `disable`: spent or refused, until an operator or time mends it; `cool`: told to wait. */
export type CredentialVerdict = 'keep' | 'cool' | 'disable';

export interface AttemptErrorDetails {
  readonly message: string;
  readonly next: NextStep;
  readonly billing: AttemptBilling;
  readonly credential?: CredentialVerdict | undefined;
  readonly httpStatus?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  /** The provider's own words, where a caller may be shown them (a refusal of the request). */
  readonly providerSaid?: ProviderRefusal | undefined;
  readonly cause?: unknown;
}

export interface ProviderRefusal {
  readonly message: string;
  readonly type?: string | undefined;
  readonly code?: string | number | undefined;
  readonly param?: string | undefined;
}

export class AttemptError extends Error {
  override readonly name = 'AttemptError';
  readonly code: AttemptErrorCode;
  readonly next: NextStep;
  readonly billing: AttemptBilling;
  readonly credential: CredentialVerdict;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly providerSaid: ProviderRefusal | undefined;

  constructor(code: AttemptErrorCode, details: AttemptErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.next = details.next;
    this.billing = details.billing;
    this.credential = details.credential ?? 'keep';
    this.httpStatus = details.httpStatus;
    this.retryAfterMs = details.retryAfterMs;
    this.providerSaid = details.providerSaid;
  }
}
