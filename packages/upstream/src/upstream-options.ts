import type {
  BreakerPolicy,
  Call,
  Clock,
  Credential,
  Provider,
  Random,
  RetryPolicy,
  Target,
  UpstreamTimeouts,
} from '@tollgate/core';
import type { UpstreamFact } from './upstream-fact.ts';

/** What config says. Replaced as a whole by `update`; a call under way keeps the policies that it began with. */
export interface UpstreamSettings {
  readonly providers: ReadonlyMap<string, Provider>;
  /** By provider name, in the order in which they are preferred. A provider that needs no key has one with an empty secret. */
  readonly credentials: ReadonlyMap<string, readonly Credential[]>;
  readonly retry: RetryPolicy;
  readonly timeouts: UpstreamTimeouts;
  readonly breaker: BreakerPolicy;
  /** Undefined where it is not known; such a target is never taken for a longer one. */
  readonly contextWindowTokens?: (target: Target) => number | undefined;
}

export interface UpstreamPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** Told each fact as it happens, within the call; must not throw. */
  readonly observe: (fact: UpstreamFact) => void;
}

/** What a call needs of an AbortSignal, which is one; Node's own costs more than a call should pay for one. */
export interface CallSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A call to be answered by one of its targets. */
export interface UpstreamCall {
  readonly call: Call;
  /** In order of preference. */
  readonly targets: readonly Target[];
  /** Replaces the call's own cap where set. */
  readonly outputCapTokens: number | undefined;
  readonly requestId: string;
  readonly traceparent: string | undefined;
  /** Where attempts are traced: what the one of that index, from 0, tells its provider in place of `traceparent`. */
  readonly attemptTraceparent?: ((index: number) => string) | undefined;
  /**
   * Ends the call at once, whatever it is doing, until its answer has begun; from then on the answer's
   * `abort` does. A GatewayError as its reason is what the call rejects with.
   */
  readonly signal: CallSignal;
  /**
   * Asked before an attempt that follows one which may have been billed, so that money can be set
   * aside for it too; false, or a rejection, ends the call.
   */
  readonly beforeFurtherAttempt?: ((target: Target) => Promise<boolean>) | undefined;
}
