import { Secret, type Limits, type Tier } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import type { AdminContext, TierChoice } from '../src/index.ts';
import { memoryKeyStore, type MemoryKeyStore } from './memory-key-store.ts';

/** Where a `ManualClock` begins. */
export const startMs = Date.UTC(2026, 10, 23);

export const tierChoice = (...tiers: readonly Tier[]): TierChoice => ({
  tiers: new Map(tiers.map((each) => [each.name, each])),
  defaultTier: undefined,
});

export const tier = (name: string, requestsPerMinute: Limits['requestsPerMinute']): Tier => ({
  name,
  limits: { requestsPerMinute, tokensPerMinute: 1000, concurrency: 4 },
  models: ['*'],
  budgets: [],
});

/** Two tiers, of which `pro` is the wider one, and a store with nothing in it. */
export function adminFixture(changes: Partial<AdminContext> = {}) {
  const store: MemoryKeyStore = memoryKeyStore();
  const clock = new ManualClock();
  const context: AdminContext = {
    store,
    clock,
    mintingPepper: { version: 'v2', secret: new Secret('pepper of the test') },
    tiers: async () => tierChoice(tier('free', 20), tier('pro', 600)),
    ...changes,
  };
  return { context, store, clock };
}
