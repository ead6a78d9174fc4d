import { isJsonObject, type Call, type JsonObject } from '@tollgate/core';
import { unsupported } from './call-fields.ts';
import { conversationParts, inputField } from './conversation-parts.ts';

/**
 * Refuses what refers to things that lie at the provider. They lie there under our credential, which all tenants
 * share, and nothing can be put there through the gateway: so whatever an id names is not the caller's. Items of earlier
 * answers are, where they were the tenant's: find-kept-response.ts sees to those.
 */
export function assertOwnThings(call: Call): void {
  const lookedUp = new Set<unknown>(call.keptItemIds);
  if (conversationParts(call.protocol, call.body.outline).some((part) => refersToStored(part, lookedUp))) {
    throw unsupported(
      inputField(call.protocol),
      'refers to something that is kept at the provider: send its content instead',
    );
  }
}

function refersToStored(part: JsonObject, lookedUp: ReadonlySet<unknown>): boolean {
  const { type, id, file, source } = part;
  if (type === 'item_reference') return !lookedUp.has(id);
  return type === 'container_upload' || hasFileId(part) || hasFileId(file) || hasFileId(source);
}

const hasFileId = (holder: JsonObject[string]): boolean =>
  isJsonObject(holder) && holder['file_id'] !== undefined && holder['file_id'] !== null;
