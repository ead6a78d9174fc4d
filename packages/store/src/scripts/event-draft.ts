import { escaped, type AdmitRequest, type UsageEvent } from '@tollgate/core';
import { scopeLines, scopeWords } from './scopes.ts';

/** What the store knows of a call when it has to write the event itself. */
export type KnownBeforehand = Pick<
  UsageEvent,
  'tenant' | 'key_id' | 'scope_id' | 'tier' | 'endpoint' | 'model' | 'stream' | 'tags' | 'started_at_ms'
>;

export const knownBeforehand = ({ caller, draft }: AdmitRequest): KnownBeforehand => ({
  tenant: caller.tenant.name,
  key_id: caller.key.keyId,
  scope_id: caller.key.scopeId,
  tier: caller.key.tier,
  endpoint: draft?.endpoint ?? 'unknown',
  model: draft?.model ?? 'unknown',
  stream: draft?.stream ?? false,
  tags: draft?.tags ?? {},
  started_at_ms: draft?.started_at_ms ?? 0,
});

/** As members of a JSON object, which lib/lost-event.lua puts into its own. */
export function draftOf(request: AdmitRequest): string {
  const { tenant, key_id, scope_id, tier, endpoint, model, stream, tags, started_at_ms } = knownBeforehand(request);
  return (
    `"tenant":"${escaped(tenant)}","key_id":"${escaped(key_id)}","scope_id":"${escaped(scope_id)}","tier":"${escaped(tier)}",` +
    `"endpoint":"${endpoint}","model":"${escaped(model)}","stream":${stream},"tags":${JSON.stringify(tags)},` +
    `"started_at_ms":${started_at_ms}`
  );
}

/** What the terms of a call say behind their first line, as lib/terms.lua has it; `draft` is of the same call. */
export const agreedOf = ({ scopes }: AdmitRequest, draft: string): string => `${scopeLines(scopes)}E ${draft}`;

/** The same as it stands between quotes in JSON: most of it is the caller's, and was put so with an earlier call. */
export const escapedAgreedOf = ({ scopes }: AdmitRequest, draft: string): string =>
  `${scopeWords(scopes).escapedLines}E ${escaped(draft)}`;
