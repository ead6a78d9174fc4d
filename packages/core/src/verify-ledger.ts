import type { Books, LedgerCounter, LedgerScope } from './books.ts';
import type { KeyStore } from './key-store.ts';
import type { NanoUsd } from './money.ts';
import type { Shard } from './shard.ts';
import type { Tenant } from './caller.ts';

export interface LedgerVerification {
  /** Counters that were compared. */
  readonly counters: number;
  /** Those that differ from their events. */
  readonly drifted: readonly LedgerCounter[];
  /** Of all counters together, each difference counted as it is, whichever way it points. */
  readonly driftNanoUsd: NanoUsd;
  /** Shards whose events are too many to be looked at: their counters were not compared. */
  readonly behind: readonly Shard[];
}

/** Scopes of one look: each look is one step of the store, during which nobody else is served. */
const scopesAtOnce = 50;

/** Recomputes every counter of spend from the events. Rejects with `StoreError`. */
export async function verifyLedger(keys: KeyStore, books: Books): Promise<LedgerVerification> {
  const counters: LedgerCounter[] = [];
  const behind = new Set<Shard>();
  for (const tenant of await keys.tenants()) {
    for (const scopes of inParts(await scopesOf(keys, tenant))) {
      const audit = await books.audit(tenant.shard, scopes);
      if (audit.kind === 'behind') behind.add(tenant.shard);
      else counters.push(...audit.counters);
    }
  }
  const drifted = counters.filter((counter) => driftOf(counter) !== 0n);
  return {
    counters: counters.length,
    drifted,
    driftNanoUsd: drifted.map(driftOf).reduce((sum, drift) => sum + (drift < 0n ? -drift : drift), 0n),
    behind: [...behind],
  };
}

/** Above 0: spent without an event; below 0: an event that was not booked. */
export const driftOf = ({ spentNanoUsd, eventsNanoUsd }: LedgerCounter): NanoUsd => spentNanoUsd - eventsNanoUsd;

async function scopesOf(keys: KeyStore, { name }: Tenant): Promise<readonly LedgerScope[]> {
  const ids = new Set((await keys.keys(name)).map(({ scopeId }) => scopeId));
  return [{ kind: 'tenant', id: name }, ...[...ids].map((id) => ({ kind: 'key' as const, id }))];
}

const inParts = (scopes: readonly LedgerScope[]): readonly (readonly LedgerScope[])[] =>
  Array.from({ length: Math.ceil(scopes.length / scopesAtOnce) }, (_, part) =>
    scopes.slice(part * scopesAtOnce, (part + 1) * scopesAtOnce),
  );
