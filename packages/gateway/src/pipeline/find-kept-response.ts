import {
  GatewayError,
  keptItemName,
  type KeptResponses,
  type Protocol,
  type ResponsePlace,
  type Route,
  type Target,
} from '@tollgate/core';
import { unsupported } from '../calls/call-fields.ts';
import { hasReferences } from '../calls/kept-items.ts';
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

/**
 * Where the answers lie that the call goes on from, by their ids or by those of their items. Providers that keep nothing
 * cannot be asked to look there; undefined where they are not, but shown things that another provider made.
 */
export async function findEarlierAnswers(
  read: Read,
  { targets }: Route,
  parts: KeptResponseParts,
): Promise<ResponsePlace | undefined> {
  const { keptResponse, keptItemIds: items = [], body } = read.call;
  if (!targets.some((target) => parts.serves(target, 'stored_responses'))) {
    if (keptResponse === undefined && !hasReferences(body.value['input'])) return undefined;
    throw keepsNothing(read.call);
  }
  const places = await Promise.all([
    ...(keptResponse === undefined ? [] : [findKeptResponse(read, parts)]),
    ...items.map((id) => findKeptItem(id, read, parts)),
  ]);
  const [place, ...others] = places;
  if (place === undefined) throw responseNotFound();
  if (others.every((other) => other.provider === place.provider && other.credential === place.credential)) return place;
  throw unsupported('input', 'refers to items that different providers keep: send their content instead');
}

async function findKeptItem(
  id: string,
  { caller: { tenant } }: Read,
  { responses }: KeptResponseParts,
): Promise<ResponsePlace> {
  const place = await responses.find({ shard: tenant.shard, tenant: tenant.name, responseId: keptItemName(id) });
  if (place !== undefined) return place;
  throw new GatewayError('response_not_found', {
    message:
      '`input` refers to an item that is not kept for you. Send its content instead; clients do so by themselves where `store` is false.',
    param: 'input',
  });
}

const keepsNothing = ({ keptResponse }: Read['call']): GatewayError =>
  keptResponse === undefined
    ? unsupported(
        'input',
        'refers to kept items by id, and the providers of this model keep none: send their content instead, as clients do where `store` is false',
      )
    : unsupported(
        'previous_response_id',
        'cannot be used with this model, whose providers keep no responses: send the whole conversation in `input`',
      );

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
