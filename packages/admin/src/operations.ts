import { createKey, listKeys, revokeKey, showKey } from './keys/key-operations.ts';
import { rotateKey } from './keys/rotate-key.ts';
import type { AdminOperation } from './operation.ts';
import { createTenant, listTenants, setTenant, showTenant } from './tenants/tenant-operations.ts';

/** Every administrative operation: what the admin API serves and what the command line calls. */
export const adminOperations = {
  createTenant,
  listTenants,
  showTenant,
  setTenant,
  createKey,
  listKeys,
  showKey,
  revokeKey,
  rotateKey,
} as const satisfies Record<string, AdminOperation>;
