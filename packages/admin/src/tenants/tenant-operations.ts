import * as z from 'zod';
import { shardOfTenant, type Tenant } from '@tollgate/core';
import { AdminError } from '../admin-error.ts';
import type { AdminContext } from '../context.ts';
import { nameField } from '../fields/name.ts';
import { budgetsField, changeLimits, limitFields } from '../fields/schemas.ts';
import { defineOperation } from '../operation.ts';
import { defaultTier, requireTier } from '../tiers.ts';
import { untilUnchanged } from '../until-unchanged.ts';
import { tenantView, viewTenant } from './tenant-view.ts';

/** Throws `tenant_not_found`. */
export async function requireTenant(context: AdminContext, name: string): Promise<Tenant> {
  const tenant = await context.store.tenant(name);
  if (tenant !== undefined) return tenant;
  throw new AdminError('tenant_not_found', `there is no tenant \`${name}\`: create it first, or see \`tenants list\``);
}

export const createTenant = defineOperation({
  name: 'create_tenant',
  method: 'POST',
  path: '/admin/v1/tenants',
  successStatus: 201,
  input: z.strictObject({
    name: nameField,
    tier: z.string().optional(),
    budgets: budgetsField.optional(),
    ...limitFields,
  }),
  output: tenantView,
  run: async (context, input) => {
    const tenant: Tenant = {
      name: input.name,
      shard: shardOfTenant(input.name),
      status: 'active',
      version: 1,
      tier: input.tier === undefined ? await defaultTier(context) : await requireTier(context, input.tier),
      limits: changeLimits({}, input),
      budgets: input.budgets ?? [],
      createdAtMs: context.clock.nowMs(),
    };
    if (await context.store.createTenant(tenant)) return viewTenant(tenant);
    throw new AdminError('tenant_exists', `there is a tenant \`${input.name}\` already`);
  },
});

export const listTenants = defineOperation({
  name: 'list_tenants',
  method: 'GET',
  path: '/admin/v1/tenants',
  input: z.strictObject({}),
  output: z.object({ tenants: z.array(tenantView) }),
  run: async (context) => {
    const tenants = await context.store.tenants();
    return { tenants: tenants.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(viewTenant) };
  },
});

export const showTenant = defineOperation({
  name: 'show_tenant',
  method: 'GET',
  path: '/admin/v1/tenants/:tenant',
  input: z.strictObject({ tenant: nameField }),
  output: tenantView,
  run: async (context, { tenant }) => viewTenant(await requireTenant(context, tenant)),
});

export const setTenant = defineOperation({
  name: 'set_tenant',
  method: 'PATCH',
  path: '/admin/v1/tenants/:tenant',
  input: z.strictObject({
    tenant: nameField,
    tier: z.string().optional(),
    status: z.enum(['active', 'suspended'], 'has to be `active` or `suspended`').optional(),
    budgets: budgetsField.optional(),
    ...limitFields,
  }),
  output: tenantView,
  run: async (context, input) => {
    const tier = input.tier === undefined ? undefined : await requireTier(context, input.tier);
    return untilUnchanged(async () => {
      const current = await requireTenant(context, input.tenant);
      const changed: Tenant = {
        ...current,
        version: current.version + 1,
        tier: tier ?? current.tier,
        status: input.status ?? current.status,
        limits: changeLimits(current.limits, input),
        budgets: input.budgets ?? current.budgets,
      };
      return (await context.store.replaceTenant(changed)) ? viewTenant(changed) : undefined;
    });
  },
});
