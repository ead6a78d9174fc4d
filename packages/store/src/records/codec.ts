import * as z from 'zod';
import { tryParseJson, type KeyRecord, type Tenant } from '@tollgate/core';
import type { StoredRecord } from './stored-record.ts';

const limits = z.object({
  requestsPerMinute: z.number().optional(),
  tokensPerMinute: z.number().optional(),
  concurrency: z.number().optional(),
});

const budgets = z.array(
  z.object({
    capNanoUsd: z.string().transform(BigInt),
    per: z.enum(['day', 'week', 'month', 'total']),
    hard: z.boolean(),
  }),
);

const tenantRest = z.object({
  shard: z.string(),
  tier: z.string(),
  limits,
  budgets,
  createdAtMs: z.number(),
});

const keyRest = z.object({
  keyId: z.string(),
  shard: z.string(),
  name: z.string(),
  tier: z.string(),
  scopeId: z.string(),
  pepperVersion: z.string(),
  digest: z.string(),
  limits,
  budgets,
  models: z.array(z.string()).nullable(),
  createdAtMs: z.number(),
  rotatedTo: z.string().nullable(),
});

const tenantStatus = z.enum(['active', 'suspended']);
const keyStatus = z.enum(['active', 'revoked']);

const moneyAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

export function encodeTenant({ name, version, status, ...rest }: Tenant): StoredRecord {
  return { version: String(version), status, expiresAt: '', tenant: name, record: JSON.stringify(rest, moneyAsText) };
}

export const decodeTenant = (stored: StoredRecord): Tenant => ({
  name: stored.tenant,
  version: Number(stored.version),
  status: tenantStatus.parse(stored.status),
  ...tenantRest.parse(tryParseJson(stored.record)),
});

export function encodeKey({ tenant, version, status, expiresAtMs, ...rest }: KeyRecord): StoredRecord {
  const { models = null, rotatedTo = null } = rest;
  return {
    version: String(version),
    status,
    expiresAt: expiresAtMs === undefined ? '' : String(expiresAtMs),
    tenant,
    record: JSON.stringify({ ...rest, models, rotatedTo }, moneyAsText),
  };
}

export function decodeKey(stored: StoredRecord): KeyRecord {
  const { models, rotatedTo, ...rest } = keyRest.parse(tryParseJson(stored.record));
  return {
    ...rest,
    tenant: stored.tenant,
    version: Number(stored.version),
    status: keyStatus.parse(stored.status),
    models: models ?? undefined,
    expiresAtMs: stored.expiresAt === '' ? undefined : Number(stored.expiresAt),
    rotatedTo: rotatedTo ?? undefined,
  };
}
