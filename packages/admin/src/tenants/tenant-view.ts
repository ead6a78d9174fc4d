import * as z from 'zod';
import type { Tenant } from '@tollgate/core';
import { formatBudget } from '../fields/budget.ts';

const limit = z.number().nullable();

/** Limits over the tier's, as both kinds of record show them. Null: the tier's own. */
export const limitViews = { requests_per_minute: limit, tokens_per_minute: limit, concurrency: limit };

/** A tenant as the admin API and `--json` show it. */
export const tenantView = z.object({
  name: z.string(),
  tier: z.string(),
  status: z.enum(['active', 'suspended']),
  ...limitViews,
  /** Empty: the tier's own. */
  budgets: z.array(z.string()),
  created_at: z.string(),
});

export type TenantView = z.output<typeof tenantView>;

export const viewTenant = (tenant: Tenant): TenantView => ({
  name: tenant.name,
  tier: tenant.tier,
  status: tenant.status,
  requests_per_minute: tenant.limits.requestsPerMinute ?? null,
  tokens_per_minute: tenant.limits.tokensPerMinute ?? null,
  concurrency: tenant.limits.concurrency ?? null,
  budgets: tenant.budgets.map(formatBudget),
  created_at: new Date(tenant.createdAtMs).toISOString(),
});
