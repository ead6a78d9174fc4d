import type { AdmitDecision, Caller, GatewayKeyParts, KeyRecord, KeyStore, Reservation, Tenant } from '@tollgate/core';

type Rejection = Extract<AdmitDecision, { readonly kind: 'stale' | 'rejected' }>;

/** Records of tenants and gateway keys, for a single process. */
export class MemoryKeyStore implements KeyStore {
  readonly #tenants = new Map<string, Tenant>();
  readonly #keys = new Map<string, KeyRecord>();
  /** Key ids by tenant and name. */
  readonly #names = new Map<string, Map<string, string>>();

  async identify({ keyId }: GatewayKeyParts): Promise<Caller | undefined> {
    return this.#caller(keyId);
  }

  async createTenant(tenant: Tenant): Promise<boolean> {
    if (this.#tenants.has(tenant.name)) return false;
    this.#tenants.set(tenant.name, tenant);
    this.#names.set(tenant.name, new Map());
    return true;
  }

  async tenant(name: string): Promise<Tenant | undefined> {
    return this.#tenants.get(name);
  }

  async tenants(): Promise<readonly Tenant[]> {
    return [...this.#tenants.values()];
  }

  async replaceTenant(tenant: Tenant): Promise<boolean> {
    return replace(this.#tenants, tenant.name, tenant);
  }

  async createKey(key: KeyRecord): Promise<'created' | 'name_taken' | 'no_tenant'> {
    const names = this.#names.get(key.tenant);
    if (names === undefined) return 'no_tenant';
    if (names.has(key.name)) return 'name_taken';
    names.set(key.name, key.keyId);
    this.#keys.set(key.keyId, key);
    return 'created';
  }

  async keys(tenant: string): Promise<readonly KeyRecord[]> {
    return [...this.#keys.values()].filter((key) => key.tenant === tenant);
  }

  async key({ keyId }: GatewayKeyParts): Promise<KeyRecord | undefined> {
    return this.#keys.get(keyId);
  }

  async replaceKey(key: KeyRecord): Promise<boolean> {
    return replace(this.#keys, key.keyId, key);
  }

  async rotateKey(old: KeyRecord, successor: KeyRecord): Promise<boolean> {
    if (this.#keys.has(successor.keyId) || !replace(this.#keys, old.keyId, old)) return false;
    this.#keys.set(successor.keyId, successor);
    this.#names.get(successor.tenant)?.set(successor.name, successor.keyId);
    return true;
  }

  /** Why a call of this caller, as its node knows it, cannot be decided; undefined where it can. */
  rejection(known: Caller, nowMs: number): Rejection | undefined {
    const caller = this.#caller(known.key.keyId);
    if (caller === undefined) return { kind: 'rejected', reason: 'unknown' };
    const { key, tenant } = caller;
    if (key.status !== 'active') return { kind: 'rejected', reason: 'revoked' };
    if (key.expiresAtMs !== undefined && nowMs >= key.expiresAtMs) return { kind: 'rejected', reason: 'expired' };
    if (tenant.status !== 'active') return { kind: 'rejected', reason: 'suspended' };
    const fresh = key.version === known.key.version && tenant.version === known.tenant.version;
    return fresh ? undefined : { kind: 'stale', caller };
  }

  /** Whether a call in flight may go on. */
  mayUse({ keyId }: Pick<Reservation, 'keyId'>, nowMs: number): boolean {
    const caller = this.#caller(keyId);
    return caller !== undefined && this.rejection(caller, nowMs) === undefined;
  }

  #caller(keyId: string): Caller | undefined {
    const key = this.#keys.get(keyId);
    const tenant = this.#tenants.get(key?.tenant ?? '');
    return key === undefined || tenant === undefined ? undefined : { key, tenant };
  }
}

function replace<Row extends { readonly version: number }>(rows: Map<string, Row>, id: string, row: Row): boolean {
  if (rows.get(id)?.version !== row.version - 1) return false;
  rows.set(id, row);
  return true;
}
