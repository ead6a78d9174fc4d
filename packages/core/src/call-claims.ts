import type { Shard } from './shard.ts';

/** A call that its caller has given a name, so that it is made once. */
export interface NamedCall {
  readonly shard: Shard;
  /** The gateway key's `scopeId`: names are its own. */
  readonly scopeId: string;
  readonly name: string;
}

/** How a named call ended. Its answer is not kept. */
export interface RecordedOutcome {
  readonly outcome: string;
  readonly status: number;
  readonly costUsd: string;
}

/**
 * - `claimed`: it is this request's to make.
 * - `taken`: another request has made it, or makes it now (no `ended`); `isSame` where that asked for the same.
 */
export type ClaimResult =
  | { readonly kind: 'claimed' }
  | {
      readonly kind: 'taken';
      readonly isSame: boolean;
      readonly requestId: string;
      readonly ended: RecordedOutcome | undefined;
    };

/** How long a call may take before its name is free again, should its node have died. */
export const claimLivesMs = 3_600_000;
export const outcomeLivesMs = 24 * 3_600_000;

/** Which named calls were made, or are being made. All reject with `StoreError`. */
export interface CallClaims {
  /** One step: of requests that race for a name one claims it. `print` is a digest of what is asked for. */
  claim(call: NamedCall, by: { readonly requestId: string; readonly print: string }): Promise<ClaimResult>;
  /** Nothing happens where the claim is another request's. */
  finish(call: NamedCall, requestId: string, ended: RecordedOutcome): Promise<void>;
  /** The call was not made: its name is free again. Likewise. */
  release(call: NamedCall, requestId: string): Promise<void>;
}
