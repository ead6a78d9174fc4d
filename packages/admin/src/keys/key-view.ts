import * as z from 'zod';
import type { Clock, KeyRecord } from '@tollgate/core';
import { formatBudget } from '../fields/budget.ts';
import { limitViews } from '../tenants/tenant-view.ts';

/** A gateway key as the admin API and `--json` show it: never its text, never its digest. */
export const keyView = z.object({
  id: z.string(),
  name: z.string(),
  tenant: z.string(),
  tier: z.string(),
  status: z.enum(['active', 'expired', 'revoked']),
  ...limitViews,
  /** Empty: the tier's own. */
  budgets: z.array(z.string()),
  /** Null: what the tiers allow. */
  models: z.array(z.string()).nullable(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  /** The id of the key that took its place. */
  rotated_to: z.string().nullable(),
});

export type KeyView = z.output<typeof keyView>;

/** A key that was just made; the only place where its text is ever shown. */
export const mintedKeyView = z.object({
  id: z.string(),
  key: z.string(),
  tenant: z.string(),
  tier: z.string(),
  name: z.string(),
  expires_at: z.string().nullable(),
});

export type MintedKeyView = z.output<typeof mintedKeyView>;

export const viewKey = (key: KeyRecord, clock: Clock): KeyView => ({
  id: key.keyId,
  name: key.name,
  tenant: key.tenant,
  tier: key.tier,
  status: key.status === 'active' && hasExpired(key, clock) ? 'expired' : key.status,
  requests_per_minute: key.limits.requestsPerMinute ?? null,
  tokens_per_minute: key.limits.tokensPerMinute ?? null,
  concurrency: key.limits.concurrency ?? null,
  budgets: key.budgets.map(formatBudget),
  models: key.models === undefined ? null : [...key.models],
  created_at: isoTime(key.createdAtMs),
  expires_at: key.expiresAtMs === undefined ? null : isoTime(key.expiresAtMs),
  rotated_to: key.rotatedTo ?? null,
});

export const viewMintedKey = (record: KeyRecord, text: string): MintedKeyView => ({
  id: record.keyId,
  key: text,
  tenant: record.tenant,
  tier: record.tier,
  name: record.name,
  expires_at: record.expiresAtMs === undefined ? null : isoTime(record.expiresAtMs),
});

export const isoTime = (ms: number): string => new Date(ms).toISOString();

const hasExpired = (key: KeyRecord, clock: Clock): boolean =>
  key.expiresAtMs !== undefined && key.expiresAtMs <= clock.nowMs();
