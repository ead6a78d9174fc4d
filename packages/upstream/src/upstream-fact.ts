import type { Target } from '@tollgate/core';
import type { AttemptResult } from './attempt-record.ts';

/** What happened, for whoever counts and logs. */
export type UpstreamFact =
  | {
      readonly kind: 'attempt_ended';
      readonly target: Target;
      readonly credential: string;
      readonly result: AttemptResult;
      readonly httpStatus: number | undefined;
      readonly durationMs: number;
    }
  /** Another attempt at the same target begins. */
  | { readonly kind: 'retry'; readonly target: Target }
  /** An attempt at the next target begins. */
  | { readonly kind: 'fallback'; readonly from: Target; readonly to: Target }
  | { readonly kind: 'breaker_opened'; readonly target: Target }
  | { readonly kind: 'breaker_closed'; readonly target: Target }
  | {
      readonly kind: 'credential_set_aside';
      readonly provider: string;
      readonly credential: string;
      /** `cool`: told to wait. `disable`: spent or refused. */
      readonly verdict: 'cool' | 'disable';
      readonly forMs: number;
    }
  | { readonly kind: 'credential_restored'; readonly provider: string; readonly credential: string };
