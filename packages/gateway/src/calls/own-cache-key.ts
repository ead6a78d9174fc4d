import { createHash } from 'node:crypto';
import { editJsonBody, isFormBody, parseJsonBody, readMember, type Call } from '@tollgate/core';

/** Members by which providers find cached prompts again. */
const cacheKeys = ['prompt_cache_key', 'session_id'] as const;

/**
 * The call with its cache keys made the tenant's own: providers know all tenants as one account, so that two which
 * happen to choose the same key would share, and crowd out, each other's caches.
 */
export function ownCacheKeys(call: Call, tenant: string): Call {
  const { body } = call;
  if (isFormBody(body) || cacheKeys.every((member) => typeof body.outline[member] !== 'string')) return call;
  const edits = cacheKeys.flatMap((member) => {
    const key = typeof body.outline[member] === 'string' ? readMember(body, member) : undefined;
    return typeof key === 'string' ? [[member, keyOf(tenant, key)] as const] : [];
  });
  return { ...call, body: parseJsonBody(editJsonBody(body, new Map(edits))) };
}

/** OpenAI takes 64 characters; this has 43. */
const keyOf = (tenant: string, key: string): string =>
  createHash('sha256')
    .update(JSON.stringify([tenant, key]))
    .digest('base64url');
