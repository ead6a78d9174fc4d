import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, type ProviderRequest } from '@tollgate/core';
import type { WireRequest } from '../base/adapter.ts';
import { upstreamHeaders } from '../base/egress.ts';
import { editedBody } from '../base/sent-body.ts';
import { isCarried, mayHoldCarried } from './carried-reasoning.ts';
import type { ResponsesDialect } from './dialect.ts';

export const responsesPath = '/responses';

type Edit = readonly [member: string, value: JsonValue];

/** The caller's body with only model and cap changed; fields we do not know reach the provider as they are. */
export function buildRequest(request: ProviderRequest, dialect: ResponsesDialect): WireRequest {
  const { body } = request.call;
  dialect.assertSendable(body.outline);
  const input = mayHoldCarried(body.raw) ? withoutCarried(body.value['input']) : undefined;
  const edits: readonly Edit[] = [
    ...modelEdit(request),
    ...capEdit(request),
    ...(input === undefined ? [] : [['input', input] as const]),
  ];
  return {
    path: responsesPath,
    headers: responsesHeaders(request, dialect),
    ...editedBody(body, edits),
    droppedFields: input === undefined ? [] : ['input[].encrypted_content'],
  };
}

export const responsesHeaders = (
  request: ProviderRequest,
  dialect: ResponsesDialect,
): Readonly<Record<string, string>> =>
  upstreamHeaders(request, { ...dialect.credentialHeaders(request), ...dialect.headers(request) });

const modelEdit = ({ call, target }: ProviderRequest): readonly Edit[] =>
  call.body.outline['model'] === target.providerModel ? [] : [['model', target.providerModel]];

/** A smaller value of the caller's own stays. */
function capEdit({ call, outputCapTokens }: ProviderRequest): readonly Edit[] {
  const own = call.body.outline['max_output_tokens'];
  if (outputCapTokens === undefined || (typeof own === 'number' && own <= outputCapTokens)) return [];
  return [['max_output_tokens', outputCapTokens]];
}

/**
 * Earlier turns that another kind of provider answered: their reasoning means nothing here, and the ids
 * of their items, which are ours, would be looked up. Undefined where there are none.
 */
function withoutCarried(input: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonArray(input) || !input.some(holdsCarried)) return undefined;
  return input.filter((item) => !holdsCarried(item)).map((item) => (isJsonObject(item) ? withoutId(item) : item));
}

const holdsCarried = (item: JsonValue): boolean =>
  isJsonObject(item) && typeof item['encrypted_content'] === 'string' && isCarried(item['encrypted_content']);

/** An item that is nothing but a reference needs its id. */
function withoutId(item: JsonObject): JsonObject {
  if (item['type'] === 'item_reference' || item['type'] === 'reasoning') return item;
  const { id: _ours, ...rest } = item;
  return rest;
}
