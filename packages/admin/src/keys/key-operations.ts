import * as z from 'zod';
import type { GatewayKeyParts, KeyRecord } from '@tollgate/core';
import { AdminError } from '../admin-error.ts';
import type { AdminContext } from '../context.ts';
import { nameField } from '../fields/name.ts';
import { budgetsField, changeLimits, expiryField, keyIdField, limitFields, modelsField } from '../fields/schemas.ts';
import { defineOperation } from '../operation.ts';
import { requireTenant } from '../tenants/tenant-operations.ts';
import { requireTier } from '../tiers.ts';
import { untilUnchanged } from '../until-unchanged.ts';
import { keyView, mintedKeyView, viewKey, viewMintedKey } from './key-view.ts';
import { mintKey } from './mint-key.ts';

/** Throws `key_not_found`. */
export async function requireKey(context: AdminContext, parts: GatewayKeyParts): Promise<KeyRecord> {
  const key = await context.store.key(parts);
  if (key !== undefined) return key;
  throw new AdminError('key_not_found', `there is no key with the id \`${parts.keyId}\`: see \`keys list\``);
}

/** When something that lives for `lifetimeMs` from now ends; undefined: never. */
export const expiryFrom = (nowMs: number, lifetimeMs: number | null | undefined): number | undefined =>
  lifetimeMs === null || lifetimeMs === undefined ? undefined : nowMs + lifetimeMs;

export const createKey = defineOperation({
  name: 'create_key',
  method: 'POST',
  path: '/admin/v1/tenants/:tenant/keys',
  successStatus: 201,
  input: z.strictObject({
    tenant: nameField,
    name: nameField.optional(),
    tier: z.string().optional(),
    budgets: budgetsField.optional(),
    models: modelsField.optional(),
    expires: expiryField.optional(),
    ...limitFields,
  }),
  output: mintedKeyView,
  run: async (context, input) => {
    const tenant = await requireTenant(context, input.tenant);
    const tier = await requireTier(context, input.tier ?? tenant.tier);
    const { text, fields } = mintKey(context, tenant.shard);
    const createdAtMs = context.clock.nowMs();
    const record: KeyRecord = {
      ...fields,
      tenant: tenant.name,
      name: input.name ?? `key-${fields.keyId.slice(-8).toLowerCase()}`,
      status: 'active',
      version: 1,
      tier,
      scopeId: fields.keyId,
      limits: changeLimits({}, input),
      budgets: input.budgets ?? [],
      models: input.models,
      expiresAtMs: expiryFrom(createdAtMs, input.expires),
      createdAtMs,
      rotatedTo: undefined,
    };
    switch (await context.store.createKey(record)) {
      case 'created':
        return viewMintedKey(record, text);
      case 'name_taken':
        throw new AdminError(
          'key_name_taken',
          `tenant \`${tenant.name}\` has a key \`${record.name}\` already: choose another name, or rotate that key`,
        );
      case 'no_tenant':
        throw new AdminError('tenant_not_found', `there is no tenant \`${tenant.name}\` any more`);
    }
  },
});

export const listKeys = defineOperation({
  name: 'list_keys',
  method: 'GET',
  path: '/admin/v1/tenants/:tenant/keys',
  input: z.strictObject({ tenant: nameField }),
  output: z.object({ keys: z.array(keyView) }),
  run: async (context, { tenant }) => {
    await requireTenant(context, tenant);
    const keys = await context.store.keys(tenant);
    return { keys: keys.toSorted((a, b) => a.createdAtMs - b.createdAtMs).map((key) => viewKey(key, context.clock)) };
  },
});

export const showKey = defineOperation({
  name: 'show_key',
  method: 'GET',
  path: '/admin/v1/keys/:id',
  input: z.strictObject({ id: keyIdField }),
  output: keyView,
  run: async (context, { id }) => viewKey(await requireKey(context, id), context.clock),
});

export const revokeKey = defineOperation({
  name: 'revoke_key',
  method: 'POST',
  path: '/admin/v1/keys/:id/revoke',
  input: z.strictObject({ id: keyIdField }),
  output: keyView,
  run: (context, { id }) =>
    untilUnchanged(async () => {
      const current = await requireKey(context, id);
      if (current.status === 'revoked') return viewKey(current, context.clock);
      const revoked: KeyRecord = { ...current, version: current.version + 1, status: 'revoked' };
      return (await context.store.replaceKey(revoked)) ? viewKey(revoked, context.clock) : undefined;
    }),
});
