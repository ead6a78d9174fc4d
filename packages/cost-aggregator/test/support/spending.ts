import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  budgetsInForce,
  mintGatewayKey,
  Secret,
  shardOfTenant,
  systemClock,
  type Budget,
  type Caller,
  type KeyRecord,
  type Tenant,
  type UsageEvent,
} from '@tollgate/core';
import { createRedisStore, type Store } from '@tollgate/store';
import { cleanPrefix, randomPrefix, testRedis } from '@tollgate/testkit';

/** A store on the tests' Redis under a prefix of its own. */
export interface Bench extends AsyncDisposable {
  readonly url: string;
  readonly keyPrefix: string;
  readonly store: Store;
}

export async function openBench(): Promise<Bench> {
  const url = await testRedis();
  const keyPrefix = randomPrefix();
  const connection = { kind: 'single', url: new Secret(url) } as const;
  const store = createRedisStore({ connection, keyPrefix, timeoutMs: 5000, clock: systemClock });
  assert.equal(await store.whenReady(5000), true);
  return {
    url,
    keyPrefix,
    store,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await cleanPrefix(url, keyPrefix);
    },
  };
}

const noLimits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrency: undefined };

export async function createCaller(
  store: Store,
  name: string,
  budgets: { readonly tenant?: readonly Budget[]; readonly key?: readonly Budget[] } = {},
): Promise<Caller> {
  const shard = shardOfTenant(name);
  const made = { shard, version: 1, tier: 'pro', limits: {}, budgets: [], createdAtMs: systemClock.nowMs() };
  const tenant: Tenant = { ...made, name, status: 'active', budgets: budgets.tenant ?? [] };
  const { keyId } = mintGatewayKey(shard);
  const rest = { pepperVersion: 'v1', digest: 'd1'.repeat(32), models: undefined, expiresAtMs: undefined };
  const key: KeyRecord = {
    ...made,
    ...rest,
    keyId,
    scopeId: keyId,
    name: 'first',
    tenant: name,
    status: 'active',
    budgets: budgets.key ?? [],
    rotatedTo: undefined,
  };
  assert.equal(await store.keys.createTenant(tenant), true);
  assert.equal(await store.keys.createKey(key), 'created');
  return { key, tenant };
}

const noUsage: UsageEvent['usage'] = {
  input_uncached: 0,
  cache_read: 0,
  cache_write_5m: 0,
  cache_write_1h: 0,
  input_audio: 0,
  output: 1,
  reasoning: 0,
  output_audio: 0,
  images: 0,
};

const inForce = (budgets: readonly Budget[]) =>
  budgetsInForce(budgets, { budgets: [] }, { timeZone: 'UTC', nowMs: systemClock.nowMs() });

/** Admits and settles one call of that cost. */
export async function spend(
  { admission }: Pick<Store, 'admission'>,
  { key, tenant }: Caller,
  cost: bigint | { readonly nanoUsd: bigint; readonly startedAtMs: number },
): Promise<void> {
  const { nanoUsd, startedAtMs } =
    typeof cost === 'bigint' ? { nanoUsd: cost, startedAtMs: systemClock.nowMs() } : cost;
  const decision = await admission.admit({
    reservationId: randomUUID(),
    caller: { key, tenant },
    scopes: [
      { kind: 'key', id: key.scopeId, limits: noLimits, budgets: inForce(key.budgets) },
      { kind: 'tenant', id: tenant.name, limits: noLimits, budgets: inForce(tenant.budgets) },
    ],
    estimatedTokens: 1,
    boundNanoUsd: nanoUsd,
    expectedNanoUsd: nanoUsd,
    leaseMs: 30_000,
  });
  assert.ok(decision.kind === 'admitted');
  const { reservation } = decision;
  const event: UsageEvent = {
    schema: 1,
    type: 'call',
    id: reservation.reservationId,
    tenant: tenant.name,
    key_id: key.keyId,
    scope_id: key.scopeId,
    tier: 'pro',
    endpoint: 'chat_completions',
    model: 'm',
    stream: false,
    outcome: 'completed',
    error_code: null,
    attempts: [],
    usage: noUsage,
    cost_nano_usd: String(nanoUsd),
    estimated: false,
    tags: {},
    started_at_ms: startedAtMs,
    duration_ms: 1,
  };
  await admission.settle({
    reservation,
    producer: { id: randomUUID(), sequence: 1 },
    actualTokens: 1,
    actualNanoUsd: nanoUsd,
    event,
  });
}

export interface Totals {
  readonly requests: number;
  readonly costNanoUsd: bigint;
}

/** What the tenant's roll-ups say of the last two days. */
export async function totals({ report }: Store, { tenant }: Caller): Promise<Totals> {
  const nowMs = systemClock.nowMs();
  const query = { tenant: tenant.name, span: 'hour', sinceMs: nowMs - 86_400_000, untilMs: nowMs + 1 } as const;
  const rows = await report.rows({ ...query, tag: undefined });
  return {
    requests: rows.reduce((sum, { sums }) => sum + sums.requests, 0),
    costNanoUsd: rows.reduce((sum, { sums }) => sum + sums.costNanoUsd, 0n),
  };
}
