import type { Caller, KeyRecord, Tenant } from './caller.ts';
import type { GatewayKeyParts } from './gateway-key.ts';

/** Records of tenants and gateway keys. All methods reject with `StoreError` where the store cannot be reached. */
export interface KeyStore {
  /** Key and tenant as they are now, whatever their status; the caller compares the digest. One round trip. */
  identify(key: GatewayKeyParts): Promise<Caller | undefined>;

  /** False where a tenant of that name exists. */
  createTenant(tenant: Tenant): Promise<boolean>;
  tenant(name: string): Promise<Tenant | undefined>;
  tenants(): Promise<readonly Tenant[]>;
  /** Replaces the record if it still has `tenant.version - 1`; false where somebody changed it in between. */
  replaceTenant(tenant: Tenant): Promise<boolean>;

  /** `name_taken`: the tenant has a key of that name. `no_tenant`: no such tenant. */
  createKey(key: KeyRecord): Promise<'created' | 'name_taken' | 'no_tenant'>;
  keys(tenant: string): Promise<readonly KeyRecord[]>;
  key(key: GatewayKeyParts): Promise<KeyRecord | undefined>;
  /** As `replaceTenant`. */
  replaceKey(key: KeyRecord): Promise<boolean>;
  /** Adds `successor` under the old key's name and replaces `old`, together or not at all. */
  rotateKey(old: KeyRecord, successor: KeyRecord): Promise<boolean>;
}
