import {
  allShards,
  shardOfTenant,
  type Caller,
  type Clock,
  type GatewayKeyParts,
  type KeyRecord,
  type KeyStore,
  type Shard,
  type Tenant,
} from '@tollgate/core';
import { decodeKey, decodeTenant, encodeKey, encodeTenant } from '../records/codec.ts';
import type { StoredRecord } from '../records/stored-record.ts';
import {
  createKeyScript,
  createTenantScript,
  identifyScript,
  listRecordsScript,
  readRecordScript,
  replaceRecordScript,
  rotateKeyScript,
} from '../scripts/key-scripts.ts';
import { callScript } from '../scripts/script.ts';
import { shardKeys, type ShardKeys } from './key-names.ts';
import type { RedisLink } from './link.ts';
import type { ServerClock } from './server-clock.ts';

/** Records of tenants and gateway keys, in Redis. */
export class RedisKeyStore implements KeyStore {
  readonly #link: RedisLink;
  readonly #keyPrefix: string;
  readonly #clock: Clock;
  readonly #serverClock: ServerClock;

  constructor(options: {
    readonly link: RedisLink;
    readonly keyPrefix: string;
    readonly clock: Clock;
    readonly serverClock: ServerClock;
  }) {
    this.#link = options.link;
    this.#keyPrefix = options.keyPrefix;
    this.#clock = options.clock;
    this.#serverClock = options.serverClock;
  }

  async identify({ keyId, shard }: GatewayKeyParts): Promise<Caller | undefined> {
    const names = this.#names(shard);
    const sentAtMs = this.#clock.monotonicMs();
    const found = await this.#link.run(
      identifyScript,
      callScript(identifyScript, { keys: { key: names.key(keyId) }, args: { base: names.base } }),
    );
    this.#serverClock.learn(shard, found.nowMs, sentAtMs);
    if (found.key === undefined || found.tenant === undefined) return undefined;
    return { key: decodeKey(found.key), tenant: decodeTenant(found.tenant) };
  }

  createTenant(tenant: Tenant): Promise<boolean> {
    const names = this.#names(tenant.shard);
    const { version, status, record } = encodeTenant(tenant);
    return this.#link.run(
      createTenantScript,
      callScript(createTenantScript, {
        keys: { tenant: names.tenant(tenant.name), names: names.tenants },
        args: { name: tenant.name, version, status, record },
      }),
    );
  }

  async tenant(name: string): Promise<Tenant | undefined> {
    const stored = await this.#read(this.#names(shardOfTenant(name)).tenant(name));
    return stored === undefined ? undefined : decodeTenant(stored);
  }

  async tenants(): Promise<readonly Tenant[]> {
    const lists = await Promise.all(
      allShards.map((shard) => {
        const names = this.#names(shard);
        return this.#list(names.tenants, names.tenant(''));
      }),
    );
    return lists.flat().map(decodeTenant);
  }

  replaceTenant(tenant: Tenant): Promise<boolean> {
    return this.#replace(this.#names(tenant.shard).tenant(tenant.name), encodeTenant(tenant));
  }

  createKey(key: KeyRecord): Promise<'created' | 'name_taken' | 'no_tenant'> {
    const names = this.#names(key.shard);
    return this.#link.run(
      createKeyScript,
      callScript(createKeyScript, {
        keys: {
          key: names.key(key.keyId),
          tenant: names.tenant(key.tenant),
          names: names.keyNames(key.tenant),
          ids: names.keyIds(key.tenant),
        },
        args: { id: key.keyId, name: key.name, ...encodeKey(key) },
      }),
    );
  }

  async keys(tenant: string): Promise<readonly KeyRecord[]> {
    const names = this.#names(shardOfTenant(tenant));
    return (await this.#list(names.keyIds(tenant), names.key(''))).map(decodeKey);
  }

  async key({ keyId, shard }: GatewayKeyParts): Promise<KeyRecord | undefined> {
    const stored = await this.#read(this.#names(shard).key(keyId));
    return stored === undefined ? undefined : decodeKey(stored);
  }

  replaceKey(key: KeyRecord): Promise<boolean> {
    return this.#replace(this.#names(key.shard).key(key.keyId), encodeKey(key));
  }

  rotateKey(old: KeyRecord, successor: KeyRecord): Promise<boolean> {
    const names = this.#names(old.shard);
    const next = encodeKey(successor);
    return this.#link.run(
      rotateKeyScript,
      callScript(rotateKeyScript, {
        keys: {
          old: names.key(old.keyId),
          successor: names.key(successor.keyId),
          names: names.keyNames(old.tenant),
          ids: names.keyIds(old.tenant),
        },
        args: {
          name: successor.name,
          ...encodeKey(old),
          nextId: successor.keyId,
          nextVersion: next.version,
          nextStatus: next.status,
          nextExpires: next.expiresAt,
          nextRecord: next.record,
        },
      }),
    );
  }

  #read(row: string): Promise<StoredRecord | undefined> {
    return this.#link.run(readRecordScript, callScript(readRecordScript, { keys: { row }, args: {} }));
  }

  #list(names: string, records: string): Promise<readonly StoredRecord[]> {
    return this.#link.run(listRecordsScript, callScript(listRecordsScript, { keys: { names }, args: { records } }));
  }

  #replace(row: string, args: StoredRecord): Promise<boolean> {
    return this.#link.run(replaceRecordScript, callScript(replaceRecordScript, { keys: { row }, args }));
  }

  #names(shard: Shard): ShardKeys {
    return shardKeys(this.#keyPrefix, shard);
  }
}
