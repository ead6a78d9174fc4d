import type { AttemptErrorCode, Endpoint, ErrorCode, Outcome, Usage } from '@tollgate/core';
import type { RefusedBy } from '../log/request-line.ts';

/** What a trace tells of a request: names, times and quantities. No prompt, no answer, no credential. */
export interface TracedRequest {
  readonly requestId: string;
  readonly endpoint: Endpoint;
  readonly method: string;
  /** The path that the endpoint is served at. */
  readonly path: string;
  /** Ms since the epoch. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly status: number;
  readonly errorCode: ErrorCode | undefined;
  readonly outcome: Outcome | undefined;
  readonly refusedBy: RefusedBy | undefined;
  readonly tenant: string | undefined;
  readonly keyId: string | undefined;
  readonly tier: string | undefined;
  /** As the caller named it. */
  readonly model: string | undefined;
  readonly stream: boolean | undefined;
  readonly outputCapTokens: number | undefined;
  readonly costUsd: string | undefined;
  readonly attempts: readonly TracedAttempt[];
}

/** One HTTP try at a provider. */
export interface TracedAttempt {
  /** The provider's name in config.yaml, and what it speaks. */
  readonly provider: string;
  readonly providerType: string;
  readonly credential: string;
  readonly model: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly result: AttemptErrorCode | 'answered';
  readonly httpStatus: number | undefined;
  /** The provider's own id of its answer. */
  readonly answerId: string | undefined;
  readonly answeredModel: string | undefined;
  readonly finishReason: string | undefined;
  readonly providerRequestId: string | undefined;
  /** As the provider reported it. */
  readonly usage: Usage | undefined;
}
