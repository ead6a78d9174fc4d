import { randomUUID } from 'node:crypto';
import {
  mintGatewayKey,
  shardOfTenant,
  type AdmitBudget,
  type AdmitRequest,
  type AdmitScope,
  type Caller,
  type Reservation,
  type UsageEvent,
} from '@tollgate/core';
import type { Store } from '@tollgate/store';

const limits = { requestsPerMinute: 10_000_000, tokensPerMinute: 1_000_000_000_000, concurrency: 100_000 };
const boundNanoUsd = 9_300_000n;
const actualNanoUsd = 1_234_567n;

const budget = (id: string): AdmitBudget => ({
  capNanoUsd: 1_000_000_000_000_000n,
  hard: true,
  current: { id, endsAtMs: Date.now() + 30 * 86_400_000 },
  next: { id: `${id}-next`, endsAtMs: Date.now() + 60 * 86_400_000 },
});

/** A caller's scopes are made once, as a node makes them. The last scope's last limit is the one that may refuse. */
const scopesOf = ({ key, tenant }: Caller, count: number, lastConcurrency: number): readonly AdmitScope[] =>
  Array.from({ length: count }, (_, nth): AdmitScope => {
    const own = { ...limits, concurrency: nth === count - 1 ? lastConcurrency : limits.concurrency };
    return nth === 0
      ? { kind: 'key', id: key.scopeId, limits: own, budgets: [budget('day:2026-11-25@UTC')] }
      : {
          kind: 'tenant',
          id: `${tenant.name}${nth === 1 ? '' : nth}`,
          limits: own,
          budgets: [budget('month:2026-11@UTC')],
        };
  });

/** One tenant and one key of it, each with every limit and a budget, and what their calls ask of the store. */
export class BenchCaller {
  readonly #store: Store;
  readonly #caller: Caller;
  readonly #open: readonly AdmitScope[];
  readonly #closed: readonly AdmitScope[];
  readonly #inFlight: Reservation[] = [];
  readonly #id = randomUUID().slice(0, 23);
  #made = 0;
  #settled = 0;

  private constructor(store: Store, caller: Caller, scopes: number) {
    this.#store = store;
    this.#caller = caller;
    this.#open = scopesOf(caller, scopes, limits.concurrency);
    this.#closed = scopesOf(caller, scopes, 0);
  }

  /** Key and tenant are two scopes; a caller of more than Tollgate has shows what each costs. */
  static async create(store: Store, { name = 'acme', scopes = 2 } = {}): Promise<BenchCaller> {
    const shard = shardOfTenant(name);
    const createdAtMs = Date.now();
    const common = { shard, status: 'active', version: 1, tier: 'pro', limits, budgets: [], createdAtMs } as const;
    const tenant = { ...common, name };
    const { keyId } = mintGatewayKey(shard);
    const key = {
      ...common,
      keyId,
      tenant: name,
      name: 'bench',
      scopeId: keyId,
      pepperVersion: 'v1',
      digest: 'd1'.repeat(32),
      models: undefined,
      expiresAtMs: undefined,
      rotatedTo: undefined,
    };
    await store.keys.createTenant(tenant);
    await store.keys.createKey(key);
    return new BenchCaller(store, { key, tenant }, scopes);
  }

  async admit(): Promise<void> {
    const decision = await this.#store.admission.admit(this.#request(this.#open));
    if (decision.kind !== 'admitted') throw new Error(`not admitted: ${decision.kind}`);
    this.#inFlight.push(decision.reservation);
  }

  async refuse(): Promise<void> {
    const decision = await this.#store.admission.admit(this.#request(this.#closed));
    if (decision.kind !== 'refused') throw new Error(`not refused: ${decision.kind}`);
  }

  /** Only makes what is asked with. */
  async makeOnly(): Promise<void> {
    const { reservationId, caller } = this.#request(this.#open);
    this.#event({ reservationId, tenant: caller.tenant.name, keyId: caller.key.keyId });
  }

  /** Of the oldest call in flight. */
  async settle(): Promise<void> {
    const reservation = this.#inFlight.shift();
    if (reservation === undefined) throw new Error('nothing is in flight');
    this.#settled += 1;
    await this.#store.admission.settle({
      reservation,
      producer: { id: `${this.#id}-000000000000`, sequence: this.#settled },
      actualTokens: 1203,
      actualNanoUsd,
      event: this.#event(reservation),
    });
  }

  #request(scopes: readonly AdmitScope[]): AdmitRequest {
    this.#made += 1;
    return {
      reservationId: `${this.#id}-${String(this.#made).padStart(12, '0')}`,
      caller: this.#caller,
      scopes,
      estimatedTokens: 1500,
      boundNanoUsd,
      outputCost: {
        inputNanoUsd: 300_000n,
        picoUsdPerToken: 600_000n,
        capTokens: 15_000,
        leastTokens: 64,
      },
      expectedNanoUsd: 1_000_000n,
      leaseMs: 35_000,
      draft: {
        endpoint: 'chat_completions',
        model: 'gpt-4o-mini',
        stream: true,
        tags: { team: 'search' },
        started_at_ms: Date.now(),
      },
    };
  }

  #event(reservation: Pick<Reservation, 'reservationId' | 'tenant' | 'keyId'>): UsageEvent {
    const usage = {
      input_uncached: 1000,
      cache_read: 0,
      cache_write_5m: 0,
      cache_write_1h: 0,
      input_audio: 0,
      output: 203,
      reasoning: 0,
      output_audio: 0,
      images: 0,
    };
    const cost_nano_usd = String(actualNanoUsd);
    return {
      schema: 1,
      type: 'call',
      id: reservation.reservationId,
      tenant: reservation.tenant,
      key_id: reservation.keyId,
      scope_id: reservation.keyId,
      tier: 'pro',
      endpoint: 'chat_completions',
      model: 'gpt-4o-mini',
      stream: true,
      outcome: 'completed',
      error_code: null,
      attempts: [
        {
          provider: 'openrouter',
          provider_model: 'openai/gpt-4o-mini',
          credential: 'default',
          result: 'completed',
          usage,
          cost_nano_usd,
          cost_source: 'reported',
          computed_nano_usd: cost_nano_usd,
          reported_nano_usd: cost_nano_usd,
          price_id: 'openrouter/openai/gpt-4o-mini@2026-11-01',
        },
      ],
      usage,
      cost_nano_usd,
      estimated: false,
      tags: { team: 'search' },
      started_at_ms: Date.now(),
      duration_ms: 812,
    };
  }
}
