import type { Books, Clock, KeyStore, Pepper, PriceBook, Tier, UsageReport } from '@tollgate/core';

export interface TierChoice {
  readonly tiers: ReadonlyMap<string, Tier>;
  /** For tenants made without one. Undefined where there are no tiers. */
  readonly defaultTier: string | undefined;
}

/** What the operations work on. */
export interface AdminContext {
  readonly store: KeyStore;
  readonly report: UsageReport;
  readonly books: Books;
  readonly clock: Clock;
  /** What digests of new keys are made with: the first of the configured ones. Without it no key can be made. */
  readonly mintingPepper: Pepper | undefined;
  /** The tiers of config.yaml as it is now. */
  tiers(): Promise<TierChoice>;
  /** The prices that are in force now. */
  prices(): Promise<PriceBook>;
}
