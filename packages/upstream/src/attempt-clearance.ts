import type { AttemptError, BreakerPolicy, Credential } from '@tollgate/core';
import type { CredentialHealth } from './credential-health.ts';
import type { TargetHealth } from './target-health.ts';
import { targetVerdict } from './target-verdict.ts';

/**
 * Leave to make one attempt: a credential, and a place at the target's breaker. Taken together, and
 * given back with what came of the attempt.
 */
export interface AttemptClearance {
  readonly credential: Credential;
  /** The answer has begun: whatever was on probation has proven itself, however long the answer takes. */
  opened(): void;
  /** The attempt is over; without an error it ended whole. */
  over(error: AttemptError | undefined): void;
}

export interface ClearanceRequest {
  readonly health: TargetHealth;
  readonly credentialHealth: CredentialHealth;
  readonly breaker: BreakerPolicy;
  /** Names of credentials not to use. */
  readonly except: ReadonlySet<string>;
}

/** Undefined where there is no credential, or the breaker lets nothing pass. */
export function takeClearance(request: ClearanceRequest): AttemptClearance | undefined {
  const { health, credentialHealth, breaker: policy, except } = request;
  const lease = credentialHealth.pick(health.target.provider, except);
  if (lease === undefined) return undefined;
  const permit = health.breaker.tryEnter();
  if (permit === undefined) {
    credentialHealth.release(lease);
    return undefined;
  }
  return {
    credential: lease.credential,
    opened: () => {
      // Others count as alive only when they end: else a target that breaks off every answer would never open its breaker.
      if (permit.isProbe) health.breaker.report(permit, 'alive', policy);
      credentialHealth.confirm(lease);
    },
    over: (error) => {
      health.breaker.report(permit, error === undefined ? 'alive' : targetVerdict(error), policy);
      if (error?.credential === 'disable') credentialHealth.disable(lease);
      else credentialHealth.release(lease);
    },
  };
}
