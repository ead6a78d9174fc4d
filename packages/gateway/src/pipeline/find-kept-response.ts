import { type KeptResponses, type Protocol, type ResponsePlace, type Route, type Target } from '@tollgate/core';
import { unsupported } from '../calls/call-fields.ts';
import { responseNotFound } from '../calls/read-kept-response.ts';
import type { Read } from './stages.ts';

export interface KeptResponseParts {
  readonly responses: KeptResponses;
  /** Whether calls of the protocol can be made at the target. */
  readonly serves: (target: Target, protocol: Protocol) => boolean;
}

/** Where the response lies that the call names. A round trip that other calls do not have. */
export async function findKeptResponse(
  { call, caller: { tenant } }: Read,
  { responses }: KeptResponseParts,
): Promise<ResponsePlace> {
  const { shard, name } = tenant;
  const place = await responses.find({ shard, tenant: name, responseId: call.keptResponse?.id ?? '' });
  if (place === undefined) throw responseNotFound();
  return place;
}

/** Providers that keep nothing cannot be asked to go on from what they answered. */
export async function findPreviousResponse(
  read: Read,
  { targets }: Route,
  parts: KeptResponseParts,
): Promise<ResponsePlace> {
  if (targets.some((target) => parts.serves(target, 'stored_responses'))) return findKeptResponse(read, parts);
  throw unsupported(
    'previous_response_id',
    'cannot be used with this model, whose providers keep no responses: send the whole conversation in `input`',
  );
}

/** Only with the credential that made it can a response be found again. */
export function pinTargets(route: Route, place: ResponsePlace): Route {
  const targets = route.targets
    .filter(({ provider }) => provider === place.provider)
    .map((target) => ({ ...target, credential: place.credential }));
  if (targets.length > 0) return { ...route, targets };
  throw unsupported(
    'previous_response_id',
    `names a response that \`${place.provider}\` keeps, which does not serve this model: use the same model, or send the whole conversation`,
  );
}
