import type { Shard } from '@tollgate/core';
import { recurring, type Recurring } from '../scripts/script.ts';

/**
 * Names of the keys of a shard. All of them share the hash tag, so that one script can touch any.
 * Scripts name `w:`, `c:`, `b:`, `f:`, `u:`, `v:`, when reaping `r:`, and of alerts `a:` and `aq:` themselves: which ones only the record or event tells.
 */
export interface ShardKeys {
  /** What every name begins with. */
  readonly base: string;
  readonly index: string;
  readonly stream: string;
  readonly meta: string;
  readonly dead: string;
  readonly repriced: string;
  readonly tenants: string;
  readonly nodes: string;
  /** Of those that every call names. */
  readonly often: Readonly<Record<'base' | 'index' | 'stream' | 'meta', Recurring>>;
  key(keyId: string): string;
  tenant(name: string): string;
  keyNames(tenant: string): string;
  keyIds(tenant: string): string;
  reservation(id: string): string;
  producer(id: string): string;
  rollUp(name: string): string;
  alert(id: string): string;
  alertQueue(webhook: string): string;
  response(digest: string): string;
  claim(digest: string): string;
}

/** docs/redis-keys.md lists them. */
export function shardKeys(prefix: string, shard: Shard): ShardKeys {
  const base = `${prefix}:{s${shard}}:`;
  const [index, stream, meta] = [`${base}x`, `${base}ev`, `${base}m`];
  return {
    base,
    index,
    stream,
    meta,
    often: { base: recurring(base), index: recurring(index), stream: recurring(stream), meta: recurring(meta) },
    dead: `${base}dead`,
    repriced: `${base}rp`,
    tenants: `${base}tenants`,
    nodes: `${base}nodes`,
    key: (keyId) => `${base}k:${keyId}`,
    tenant: (name) => `${base}t:${name}`,
    keyNames: (tenant) => `${base}names:${tenant}`,
    keyIds: (tenant) => `${base}keys:${tenant}`,
    reservation: (id) => `${base}r:${id}`,
    producer: (id) => `${base}p:${id}`,
    rollUp: (name) => `${base}u:${name}`,
    alert: (id) => `${base}a:${id}`,
    alertQueue: (webhook) => `${base}aq:${webhook}`,
    response: (digest) => `${base}o:${digest}`,
    claim: (digest) => `${base}i:${digest}`,
  };
}
