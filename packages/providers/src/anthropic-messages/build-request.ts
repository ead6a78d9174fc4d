import { type JsonValue, type ProviderRequest } from '@tollgate/core';
import type { WireRequest } from '../base/adapter.ts';
import { upstreamHeaders } from '../base/egress.ts';
import { editedBody } from '../base/sent-body.ts';
import { protocolHeaders } from './beta-flags.ts';
import type { MessagesDialect } from './dialect.ts';
import { withoutForeignThinking } from './foreign-turns.ts';
import { assertOwnMessage } from './sendable-fields.ts';

type Edit = readonly [member: string, value: JsonValue];

/** The caller's body with only model and cap changed. Throws GatewayError `unsupported_field`. */
export function buildRequest(request: ProviderRequest, dialect: MessagesDialect): WireRequest {
  const { body } = request.call;
  assertOwnMessage(body.outline);
  dialect.assertSendable(body.outline);
  const own = withoutForeignThinking(body);
  const { headers, dropped } = protocolHeaders(request.call);
  return {
    path: dialect.path,
    headers: upstreamHeaders(request, { ...dialect.credential(request), ...headers }),
    ...editedBody(body, [...modelEdit(request), ...capEdit(request), ...own.edits]),
    droppedFields: [...dropped, ...own.dropped],
  };
}

const modelEdit = ({ call, target }: ProviderRequest): readonly Edit[] =>
  call.body.outline['model'] === target.providerModel ? [] : [['model', target.providerModel]];

/** A smaller value of the caller's own stays. */
function capEdit({ call, outputCapTokens }: ProviderRequest): readonly Edit[] {
  const own = call.body.outline['max_tokens'];
  if (outputCapTokens === undefined || (typeof own === 'number' && own <= outputCapTokens)) return [];
  return [['max_tokens', outputCapTokens]];
}
