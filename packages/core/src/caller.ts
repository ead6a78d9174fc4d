import type { Budget, Limits, ModelPattern } from './limits.ts';
import type { Shard } from './shard.ts';

export type KeyStatus = 'active' | 'revoked';
export type TenantStatus = 'active' | 'suspended';

/** A team or company that owns gateway keys. `version` grows with every change. */
export interface Tenant {
  readonly name: string;
  readonly shard: Shard;
  readonly status: TenantStatus;
  readonly version: number;
  readonly tier: string;
  /** Over the tier's limits, one by one. */
  readonly limits: Partial<Limits>;
  /** Over the tier's budgets where not empty. */
  readonly budgets: readonly Budget[];
  readonly createdAtMs: number;
}

/** A gateway key's record. Holds the HMAC digest, never the key. */
export interface KeyRecord {
  readonly keyId: string;
  readonly shard: Shard;
  readonly tenant: string;
  /** Unique per tenant. */
  readonly name: string;
  readonly status: KeyStatus;
  readonly version: number;
  readonly tier: string;
  /**
   * What limits, spend and roll-ups go by. A rotated key keeps its predecessor's, or its limits and
   * budgets would double for as long as both are valid.
   */
  readonly scopeId: string;
  readonly pepperVersion: string;
  readonly digest: string;
  readonly limits: Partial<Limits>;
  readonly budgets: readonly Budget[];
  /** Undefined: what the tiers allow. */
  readonly models: readonly ModelPattern[] | undefined;
  readonly expiresAtMs: number | undefined;
  readonly createdAtMs: number;
  readonly rotatedTo: string | undefined;
}

/** Who a request is, once authenticated: what the node last read of key and tenant. `admit` checks both versions. */
export interface Caller {
  readonly key: KeyRecord;
  readonly tenant: Tenant;
}
