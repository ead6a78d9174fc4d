import type { GatewayError } from '@tollgate/core';
import type { AttemptRecord } from './attempt-record.ts';

/** A call that no target answered. The attempts are complete: what they may have cost has to be charged. */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';
  /** For the caller. */
  readonly error: GatewayError;
  readonly attempts: readonly AttemptRecord[];
  /** The call's signal ended it: the caller left, or somebody ended the call for them. */
  readonly aborted: boolean;

  constructor(error: GatewayError, attempts: readonly AttemptRecord[], aborted: boolean) {
    super(error.message, { cause: error });
    this.error = error;
    this.attempts = attempts;
    this.aborted = aborted;
  }
}
