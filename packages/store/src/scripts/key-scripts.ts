import { readStoredRecord, type StoredRecord } from '../records/stored-record.ts';
import { asCount, asRow, asWord } from './reply.ts';
import { declareScript } from './script.ts';

export const identifyScript = declareScript({
  file: 'identify',
  keys: ['key'],
  args: ['base'],
  parse: (reply) => {
    const [now, key, tenant] = asRow(reply);
    return {
      nowMs: asCount(now),
      key: key === undefined ? undefined : readStoredRecord(key),
      tenant: tenant === undefined ? undefined : readStoredRecord(tenant),
    };
  },
});

export const readRecordScript = declareScript({
  file: 'read-record',
  keys: ['row'],
  args: [],
  parse: readStoredRecord,
});

export const listRecordsScript = declareScript({
  file: 'list-records',
  keys: ['names'],
  args: ['records'],
  parse: (reply): readonly StoredRecord[] =>
    asRow(reply)
      .map(readStoredRecord)
      .filter((record) => record !== undefined),
});

const asFlag = (reply: unknown): boolean => asCount(reply) === 1;

export const createTenantScript = declareScript({
  file: 'create-tenant',
  keys: ['tenant', 'names'],
  args: ['name', 'version', 'status', 'record'],
  parse: asFlag,
});

export const createKeyScript = declareScript({
  file: 'create-key',
  keys: ['key', 'tenant', 'names', 'ids'],
  args: ['id', 'name', 'version', 'status', 'expiresAt', 'tenant', 'record'],
  parse: (reply) => asWord(reply, ['created', 'name_taken', 'no_tenant']),
});

export const replaceRecordScript = declareScript({
  file: 'replace-record',
  keys: ['row'],
  args: ['version', 'status', 'expiresAt', 'tenant', 'record'],
  parse: asFlag,
});

export const rotateKeyScript = declareScript({
  file: 'rotate-key',
  keys: ['old', 'successor', 'names', 'ids'],
  args: [
    'tenant',
    'name',
    'version',
    'status',
    'expiresAt',
    'record',
    'nextId',
    'nextVersion',
    'nextStatus',
    'nextExpires',
    'nextRecord',
  ],
  parse: asFlag,
});
