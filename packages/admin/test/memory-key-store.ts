import type { KeyRecord, KeyStore, Tenant } from '@tollgate/core';

export interface MemoryKeyStore extends KeyStore {
  /** Runs once, before the next replacement: the place where somebody else is faster. */
  beforeNextReplacement(action: () => Promise<unknown>): void;
  /** Everything that the store holds, as text. */
  dump(): string;
}

/** The port's contract, held in maps. */
export function memoryKeyStore(): MemoryKeyStore {
  const tenants = new Map<string, Tenant>();
  const keys = new Map<string, KeyRecord>();
  let interruption: (() => Promise<unknown>) | undefined;

  const interrupted = async (): Promise<void> => {
    const action = interruption;
    interruption = undefined;
    await action?.();
  };
  const replace = <Row extends { readonly version: number }>(rows: Map<string, Row>, id: string, row: Row): boolean => {
    if (rows.get(id)?.version !== row.version - 1) return false;
    rows.set(id, row);
    return true;
  };

  return {
    beforeNextReplacement: (action) => (interruption = action),
    dump: () =>
      JSON.stringify([...tenants.values(), ...keys.values()], (_, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      ),
    identify: async ({ keyId }) => {
      const key = keys.get(keyId);
      const tenant = tenants.get(key?.tenant ?? '');
      return key === undefined || tenant === undefined ? undefined : { key, tenant };
    },
    createTenant: async (tenant) => {
      if (tenants.has(tenant.name)) return false;
      tenants.set(tenant.name, tenant);
      return true;
    },
    tenant: async (name) => tenants.get(name),
    tenants: async () => [...tenants.values()],
    replaceTenant: async (tenant) => {
      await interrupted();
      return replace(tenants, tenant.name, tenant);
    },
    createKey: async (key) => {
      if (!tenants.has(key.tenant)) return 'no_tenant';
      const taken = [...keys.values()].some((other) => other.tenant === key.tenant && other.name === key.name);
      if (taken) return 'name_taken';
      keys.set(key.keyId, key);
      return 'created';
    },
    keys: async (tenant) => [...keys.values()].filter((key) => key.tenant === tenant),
    key: async ({ keyId }) => keys.get(keyId),
    replaceKey: async (key) => {
      await interrupted();
      return replace(keys, key.keyId, key);
    },
    rotateKey: async (old, successor) => {
      await interrupted();
      if (!replace(keys, old.keyId, old)) return false;
      keys.set(successor.keyId, successor);
      return true;
    },
  };
}
