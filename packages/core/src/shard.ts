import { createHash } from 'node:crypto';

/** How many shards tenants spread over. Fixed for good: it is part of every key's name and of gateway keys. */
export const shardCount = 64;

/** Two decimal digits, `00` to `63`. In Redis it is the hash tag `{s17}`. */
export type Shard = string;

export const allShards: readonly Shard[] = Array.from({ length: shardCount }, (_, index) =>
  String(index).padStart(2, '0'),
);

/** The shard of a new tenant, by the hash of its name. Kept in its record from then on. */
export function shardOfTenant(tenant: string): Shard {
  const index = createHash('sha256').update(tenant).digest().readUInt32BE(0) % shardCount;
  return String(index).padStart(2, '0');
}
