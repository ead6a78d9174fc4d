import { setTimeout as delay } from 'node:timers/promises';
import { shardOfTenant, usageEventSchema, type UsageEvent } from '@tollgate/core';
import { askRedis } from '@tollgate/testkit';

/** What Redis holds of one tenant's money, read past Tollgate. */
export interface LedgerReader {
  events(): Promise<readonly UsageEvent[]>;
  spentNanoUsd(): Promise<bigint>;
  /** Ids of reservations that are held. */
  held(): Promise<readonly string[]>;
  /** Resolves once the condition holds. */
  until(condition: () => Promise<boolean>): Promise<void>;
  /** Name of a key of the tenant's shard. */
  keyOf(name: string): string;
}

export function readLedger(redisUrl: string, tenant: string): LedgerReader {
  const keyOf = (name: string): string => `tg:{s${shardOfTenant(tenant)}}:${name}`;
  return {
    keyOf,
    events: async () => {
      const entries = (await askRedis(redisUrl, 'XRANGE', keyOf('ev'), '-', '+')) as [string, string[]][];
      const events = entries.map(([, fields]) => JSON.parse(fields[fields.indexOf('event') + 1] ?? '') as unknown);
      // Tenants share shards.
      return events.map((event) => usageEventSchema.parse(event)).filter((event) => event.tenant === tenant);
    },
    spentNanoUsd: async () => {
      const spent = await askRedis(redisUrl, 'HGET', keyOf(`b:tenant:${tenant}`), 'spent');
      return BigInt(typeof spent === 'string' ? spent : 0);
    },
    held: async () => {
      const ids = (await askRedis(redisUrl, 'ZRANGE', keyOf('x'), '0', '-1')) as string[];
      const terms = await Promise.all(ids.map((id) => askRedis(redisUrl, 'HGET', keyOf(`r:${id}`), 'terms')));
      // Tenants share shards.
      return ids.filter((_, index) => String(terms[index]).includes(`"tenant":"${tenant}"`));
    },
    until: async (condition) => {
      while (!(await condition())) await delay(20);
    },
  };
}
