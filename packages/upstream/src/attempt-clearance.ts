import type { AttemptError, BreakerPolicy, Credential } from '@tollgate/core';
import type { BreakerPermit } from './circuit-breaker.ts';
import type { CredentialHealth, CredentialLease } from './credential-health.ts';
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
  const { health, credentialHealth, except } = request;
  const lease = credentialHealth.pick(health.target.provider, except);
  if (lease === undefined) return undefined;
  const permit = health.breaker.tryEnter();
  if (permit === undefined) {
    credentialHealth.release(lease);
    return undefined;
  }
  return new Clearance(request, { lease, permit });
}

/** Held by each open stream, which is why it is no bundle of functions. */
class Clearance implements AttemptClearance {
  readonly #health: TargetHealth;
  readonly #credentialHealth: CredentialHealth;
  readonly #policy: BreakerPolicy;
  readonly #lease: CredentialLease;
  readonly #permit: BreakerPermit;

  constructor(
    { health, credentialHealth, breaker }: ClearanceRequest,
    { lease, permit }: { readonly lease: CredentialLease; readonly permit: BreakerPermit },
  ) {
    this.#health = health;
    this.#credentialHealth = credentialHealth;
    this.#policy = breaker;
    this.#lease = lease;
    this.#permit = permit;
  }

  get credential(): Credential {
    return this.#lease.credential;
  }

  opened(): void {
    // Others count as alive only when they end: else a target that breaks off every answer would never open its breaker.
    if (this.#permit.isProbe) this.#health.breaker.report(this.#permit, 'alive', this.#policy);
    this.#credentialHealth.confirm(this.#lease);
  }

  over(error: AttemptError | undefined): void {
    const verdict = error === undefined ? 'alive' : targetVerdict(error);
    this.#health.breaker.report(this.#permit, verdict, this.#policy);
    if (error?.credential === 'disable') this.#credentialHealth.disable(this.#lease);
    else this.#credentialHealth.release(this.#lease);
  }
}
