import type { GatewayError, Outcome, Target } from '@tollgate/core';
import type { AttemptRecord } from '@tollgate/upstream';
import type { Charge } from '../admission/charge-attempts.ts';

/** How a request ended, whatever happened. Times are monotonic. */
export interface Ending {
  /** Undefined: refused before admission. */
  readonly outcome: Outcome | undefined;
  /** As answered; 499 where the client left before there was an answer. */
  readonly status: number;
  readonly error: GatewayError | undefined;
  readonly attempts: readonly AttemptRecord[];
  /** Who answered, or was tried last. */
  readonly target: Target | undefined;
  /** When the first byte of an answer went out. */
  readonly firstByteMs: number | undefined;
  /** Time between asking providers and having an answer or none: theirs, not ours. */
  readonly upstreamMs: number;
  /** Known already where the answer told its own cost. */
  readonly charge: Charge | undefined;
}

export const clientLeftStatus = 499;
