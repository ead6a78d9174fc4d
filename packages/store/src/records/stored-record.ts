import { StoreError } from '@tollgate/core';
import { asRow, asText } from '../scripts/reply.ts';
import { newerSchemaMessage } from '../redis/store-error-of.ts';

/** A tenant's or gateway key's record as Redis holds it: what scripts decide by, and the rest as JSON. */
export interface StoredRecord {
  readonly version: string;
  readonly status: string;
  /** Empty: never. */
  readonly expiresAt: string;
  readonly tenant: string;
  readonly record: string;
}

const schema = 1;

/** A reply of lib/access.lua; undefined where there is no record. Rejects what a later release wrote. */
export function readStoredRecord(reply: unknown): StoredRecord | undefined {
  const [writtenBy, version, status, expiresAt, tenant, record] = asRow(reply);
  if (version === null || version === undefined) return undefined;
  if (Number(asText(writtenBy)) > schema) throw new StoreError('schema', newerSchemaMessage(asText(tenant)));
  return {
    version: asText(version),
    status: asText(status),
    expiresAt: asText(expiresAt),
    tenant: asText(tenant),
    record: asText(record),
  };
}
