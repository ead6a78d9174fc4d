import assert from 'node:assert/strict';
import {
  mintGatewayKey,
  shardOfTenant,
  type AdmitBudget,
  type AdmitDecision,
  type AdmitRequest,
  type AdmitScope,
  type Caller,
  type KeyRecord,
  type Limits,
  type OutputCost,
  type Refusal,
  type Reservation,
  type Settlement,
  type Shard,
  type Tenant,
  type UsageEvent,
} from '@tollgate/core';
import type { Store } from '../../src/index.ts';
import { startMs, type Bench } from './bench.ts';

export const tenantRecord = (name: string, over: Partial<Tenant> = {}): Tenant => ({
  name,
  shard: shardOfTenant(name),
  status: 'active',
  version: 1,
  tier: 'pro',
  limits: {},
  budgets: [],
  createdAtMs: startMs,
  ...over,
});

export function keyRecord(tenant: Tenant, over: Partial<KeyRecord> = {}): KeyRecord {
  const { keyId } = mintGatewayKey(tenant.shard);
  return {
    keyId,
    shard: tenant.shard,
    tenant: tenant.name,
    name: 'first',
    status: 'active',
    version: 1,
    tier: 'pro',
    scopeId: keyId,
    pepperVersion: 'v1',
    digest: 'd1'.repeat(32),
    limits: {},
    budgets: [],
    models: undefined,
    expiresAtMs: undefined,
    createdAtMs: startMs,
    rotatedTo: undefined,
    ...over,
  };
}

/** A tenant and a key of it, in the store. */
export async function createCaller(store: Store, name = 'acme'): Promise<Caller> {
  const tenant = tenantRecord(name);
  const key = keyRecord(tenant);
  assert.equal(await store.keys.createTenant(tenant), true);
  assert.equal(await store.keys.createKey(key), 'created');
  return { key, tenant };
}

export interface ScopeRules {
  readonly limits?: Partial<Limits>;
  readonly budgets?: readonly AdmitBudget[];
}

const noLimits: Limits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrency: undefined };

export const scopesOf = (
  { key, tenant }: Caller,
  rules: { readonly key?: ScopeRules; readonly tenant?: ScopeRules },
): readonly AdmitScope[] => [
  { kind: 'key', id: key.scopeId, limits: { ...noLimits, ...rules.key?.limits }, budgets: rules.key?.budgets ?? [] },
  {
    kind: 'tenant',
    id: tenant.name,
    limits: { ...noLimits, ...rules.tenant?.limits },
    budgets: rules.tenant?.budgets ?? [],
  },
];

export const totalBudget = (capNanoUsd: bigint, hard = true): AdmitBudget => ({
  capNanoUsd,
  hard,
  current: { id: 'total', endsAtMs: undefined },
  next: undefined,
});

/** The bound at a cap of so many tokens. */
export const boundAt = ({ inputNanoUsd, picoUsdPerToken }: OutputCost, tokens: number): bigint =>
  inputNanoUsd + (BigInt(tokens) * picoUsdPerToken + 999n) / 1000n;

let made = 0;

export function requestOf(
  caller: Caller,
  over: Partial<AdmitRequest> & { readonly key?: ScopeRules; readonly tenant?: ScopeRules } = {},
): AdmitRequest {
  const { key, tenant, ...rest } = over;
  made += 1;
  return {
    reservationId: `call-${made}`,
    caller,
    scopes: scopesOf(caller, { ...(key && { key }), ...(tenant && { tenant }) }),
    estimatedTokens: 10,
    boundNanoUsd: 0n,
    expectedNanoUsd: 0n,
    leaseMs: 30_000,
    draft: { endpoint: 'chat_completions', model: 'm', stream: true, tags: { team: 'a"b' }, started_at_ms: startMs },
    ...rest,
  };
}

export function admitted(decision: AdmitDecision): Reservation {
  assert.equal(
    decision.kind,
    'admitted',
    JSON.stringify(decision, (_, v) => (typeof v === 'bigint' ? `${v}` : v)),
  );
  assert.ok(decision.kind === 'admitted');
  return decision.reservation;
}

export function refused(decision: AdmitDecision): Refusal {
  assert.equal(decision.kind, 'refused');
  assert.ok(decision.kind === 'refused');
  return decision.refusal;
}

export const admit = async (store: Store, request: AdmitRequest): Promise<Reservation> =>
  admitted(await store.admission.admit(request));

const noUsage = {
  input_uncached: 0,
  cache_read: 0,
  cache_write_5m: 0,
  cache_write_1h: 0,
  input_audio: 0,
  output: 0,
  reasoning: 0,
  output_audio: 0,
  images: 0,
};

export const eventOf = (reservation: Reservation, costNanoUsd: bigint): UsageEvent => ({
  schema: 1,
  type: 'call',
  id: reservation.reservationId,
  tenant: reservation.tenant,
  key_id: reservation.keyId,
  scope_id: reservation.keyId,
  tier: 'pro',
  endpoint: 'chat_completions',
  model: 'm',
  stream: true,
  outcome: 'completed',
  error_code: null,
  attempts: [],
  usage: noUsage,
  cost_nano_usd: String(costNanoUsd),
  estimated: false,
  tags: {},
  started_at_ms: startMs,
  duration_ms: 12,
});

let producers = 0;
export const newProducer = (): string => `producer-${(producers += 1)}`;

export const settlementOf = (
  reservation: Reservation,
  truth: {
    readonly tokens?: number;
    readonly nanoUsd?: bigint;
    readonly producer?: string;
    readonly sequence?: number;
  } = {},
): Settlement => ({
  reservation,
  producer: { id: truth.producer ?? newProducer(), sequence: truth.sequence ?? 1 },
  actualTokens: truth.tokens ?? reservation.tokens,
  actualNanoUsd: truth.nanoUsd ?? 0n,
  event: eventOf(reservation, truth.nanoUsd ?? 0n),
});

/** Lets every lease run out under a reaper that runs all the while. */
export async function reapAll({ store, setNow }: Bench, shard: Shard): Promise<void> {
  for (let seconds = 0; seconds < 70; seconds += 4) {
    await setNow(startMs + seconds * 1000);
    await store.admission.reap(shard, 10);
  }
}
