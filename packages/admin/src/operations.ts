import { createKey, listKeys, revokeKey, showKey } from './keys/key-operations.ts';
import { rotateKey } from './keys/rotate-key.ts';
import { listDeadEvents, listEvents, replayDeadEvent, verifyBooks } from './ledger/ledger-operations.ts';
import { repriceEvents } from './ledger/reprice-events.ts';
import type { AdminOperation } from './operation.ts';
import { createTenant, listTenants, setTenant, showTenant } from './tenants/tenant-operations.ts';
import { reportUsage } from './usage/report-usage.ts';

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
  reportUsage,
  verifyBooks,
  listEvents,
  repriceEvents,
  listDeadEvents,
  replayDeadEvent,
} as const satisfies Record<string, AdminOperation>;
