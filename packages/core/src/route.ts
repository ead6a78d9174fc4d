import type { Secret } from './secret.ts';

/** A provider and its name for the model. */
export interface Target {
  readonly provider: string;
  readonly providerModel: string;
  /** A run of neighbouring targets with weights is shuffled by them; a target without one keeps its place. */
  readonly weight: number | undefined;
  /** Name of the only credential that will do; undefined: any of the provider's. */
  readonly credential?: string;
}

/** Ordered targets for a model. */
export interface Route {
  /** The model's name for metrics: as configured, or `other` for a wildcard. */
  readonly label: string;
  readonly targets: readonly Target[];
}

/** One of a provider's keys. Set aside by itself when it is spent, refused or told to wait. */
export interface Credential {
  readonly name: string;
  readonly secret: Secret;
}

export interface RetryPolicy {
  /** Attempts a target, the first included. */
  readonly attempts: number;
  readonly baseMs: number;
  readonly maxMs: number;
  /** Retries may be at most this share of a target's first attempts, so that they cannot become the load. */
  readonly budgetPercent: number;
  /** Whether another attempt follows a time-out after the request was sent, which the provider may bill. */
  readonly afterTimeout: boolean;
}

export interface UpstreamTimeouts {
  readonly connectMs: number;
  /** From sending the request to the first content of a stream. */
  readonly firstContentMs: number;
  /** From sending the request to the whole answer, where it is not streamed. */
  readonly unstreamedMs: number;
  /** Between two pieces of a stream. */
  readonly idleMs: number;
  /** Over all attempts. */
  readonly totalMs: number;
}

export interface BreakerPolicy {
  /** Failures of a target within `windowMs` that open its breaker. */
  readonly failures: number;
  readonly windowMs: number;
  readonly openMs: number;
}
