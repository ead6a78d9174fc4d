import { Secret, type Books, type Limits, type Tier, type UsageReport } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import type { AdminContext } from '../src/index.ts';
import { memoryKeyStore, type MemoryKeyStore } from './memory-key-store.ts';

/** Where a `ManualClock` begins. */
export const startMs = Date.UTC(2026, 10, 23);

const tier = (name: string, requestsPerMinute: Limits['requestsPerMinute']): Tier => ({
  name,
  limits: { requestsPerMinute, tokensPerMinute: 1000, concurrency: 4 },
  models: ['*'],
  budgets: [],
});

const tiers = new Map([tier('free', 20), tier('pro', 600)].map((each) => [each.name, each]));

const noReport: UsageReport = { rows: async () => [] };

const emptyBooks: Books = {
  audit: async () => ({ kind: 'audited', counters: [] }),
  events: async () => ({ events: [], next: undefined }),
  reprice: async () => false,
  deadLetters: async () => [],
  replay: async () => false,
};

/** Two tiers, of which `pro` is the default, and a store with nothing in it. */
export function adminFixture(over: Partial<AdminContext> = {}) {
  const store: MemoryKeyStore = memoryKeyStore();
  const clock = new ManualClock();
  const context: AdminContext = {
    store,
    report: noReport,
    books: emptyBooks,
    clock,
    mintingPepper: { version: 'v2', secret: new Secret('pepper of the test') },
    tiers: () => Promise.resolve({ tiers, defaultTier: 'pro' }),
    prices: () => Promise.resolve({ price: () => undefined }),
    ...over,
  };
  return { context, store, clock };
}
