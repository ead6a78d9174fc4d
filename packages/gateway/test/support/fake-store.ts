import type { AdmissionStore, AdmitRequest, Limits, Reservation } from '@tollgate/core';

const notExpected = (): Promise<never> => Promise.reject(new Error('the test did not expect this call'));

/** A store that does only what a test says. */
export const fakeStore = (over: Partial<AdmissionStore>): AdmissionStore => ({
  admit: notExpected,
  extend: notExpected,
  settle: notExpected,
  void: notExpected,
  renew: notExpected,
  reap: notExpected,
  standings: notExpected,
  ...over,
});

export const reservationOf = (reservationId: string): Reservation => ({
  reservationId,
  shard: '07',
  tenant: 'acme',
  keyId: 'k',
  tokens: 10,
  boundNanoUsd: 0n,
  admittedAtMs: 0,
  terms: '',
});

const record = {
  shard: '07',
  name: 'acme',
  status: 'active',
  version: 1,
  tier: 'pro',
  limits: {},
  budgets: [],
  createdAtMs: 0,
} as const;

/** A call of 10 tokens under limits of its key. */
export const admitRequest = (
  reservationId: string,
  limits: Partial<Limits>,
  { hardBudget = false }: { readonly hardBudget?: boolean } = {},
): AdmitRequest => ({
  reservationId,
  caller: {
    tenant: record,
    key: {
      ...record,
      keyId: 'k',
      tenant: 'acme',
      scopeId: 'k',
      pepperVersion: 'v1',
      digest: '',
      models: undefined,
      expiresAtMs: undefined,
      rotatedTo: undefined,
    },
  },
  scopes: [
    {
      kind: 'key',
      id: 'k',
      limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrency: undefined, ...limits },
      budgets: hardBudget
        ? [{ capNanoUsd: 100n, hard: true, current: { id: 'total', endsAtMs: undefined }, next: undefined }]
        : [],
    },
  ],
  estimatedTokens: 10,
  boundNanoUsd: 1n,
  expectedNanoUsd: 1n,
  leaseMs: 35_000,
});
