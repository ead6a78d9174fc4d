import type { AdmitRequest, UsageEvent } from '@tollgate/core';
import { scopeLines } from './scopes.ts';

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
export const draftOf = (request: AdmitRequest): string => JSON.stringify(knownBeforehand(request)).slice(1, -1);

/** What the terms of a call say behind their first line, as lib/terms.lua has it; `draft` is of the same call. */
export const agreedOf = ({ scopes }: AdmitRequest, draft: string): string => `${scopeLines(scopes)}E ${draft}`;
