import type { AnswerProgress, AttemptBilling, AttemptErrorCode, Target } from '@tollgate/core';

export type AttemptResult = 'answered' | AttemptErrorCode;

/** One HTTP try. That of the answer being relayed is live: read it again once the answer has ended. */
export interface AttemptRecord {
  readonly target: Target;
  /** The credential's name. */
  readonly credential: string;
  /** `answered` from the first content on, unless the answer then breaks off. */
  readonly result: AttemptResult;
  readonly httpStatus: number | undefined;
  readonly billing: AttemptBilling;
  readonly progress: AnswerProgress;
  /** Monotonic. */
  readonly startedMs: number;
  /** Until it ended, or until now. */
  readonly durationMs: number;
  /** Why it failed. For logs: it may say what a caller should not read. */
  readonly message: string | undefined;
}

/** `provider/model`, as in `x-tollgate-target`. */
export const targetName = (target: Target): string => `${target.provider}/${target.providerModel}`;
