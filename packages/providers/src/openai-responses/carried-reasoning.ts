import { isJsonArray, isJsonObject, tryParseJson, type JsonObject, type JsonValue } from '@tollgate/core';

/**
 * Reasoning of another protocol, as `encrypted_content` of a reasoning item: clients keep that member and
 * send it back untouched, and it is the only one of which that can be said. It holds pieces of
 * `reasoning_details`; nothing in it is secret, and the provider that signed them sees any change.
 */
const prefix = 'tgr1.';

const members = ['type', 'text', 'summary', 'signature', 'data', 'id', 'format', 'index', 'model'] as const;

export const carryReasoning = (details: readonly JsonObject[]): string =>
  prefix + Buffer.from(JSON.stringify(details.map(pick))).toString('base64url');

/** Whether an `encrypted_content` is of our making, and so of no use to a provider. */
export const isCarried = (encrypted: string): boolean => encrypted.startsWith(prefix);

/** Cheap: whether such a text may stand anywhere in a body. */
export const mayHoldCarried = (raw: Buffer): boolean => raw.includes(`"${prefix}`);

/** The pieces again; none where a caller has changed it. */
export function readCarried(encrypted: string): readonly JsonObject[] {
  const details = tryParseJson(Buffer.from(encrypted.slice(prefix.length), 'base64url').toString('utf8'));
  return isJsonArray(details) ? details.filter(isJsonObject).map(pick) : [];
}

const pick = (detail: JsonObject): JsonObject =>
  Object.fromEntries(members.flatMap((member) => (isFlat(detail[member]) ? [[member, detail[member]]] : [])));

const isFlat = (value: JsonValue | undefined): boolean => typeof value === 'string' || typeof value === 'number';
