import {
  GatewayError,
  isJsonObject,
  jsonBodyOf,
  readMember,
  type JsonValue,
  type ProviderRequest,
} from '@tollgate/core';
import type { WireRequest } from '../base/adapter.ts';
import { upstreamHeaders } from '../base/egress.ts';
import { editedBody } from '../base/sent-body.ts';
import { capFields, type ChatDialect } from './dialect.ts';
import { plainChat } from './plain-chat.ts';

type Edit = readonly [member: string, value: JsonValue | undefined];

/** The caller's body with only those members changed that have to be; fields we do not know reach the provider as they are. */
export function buildRequest(asked: ProviderRequest, dialect: ChatDialect): WireRequest {
  const { request, droppedFields } = inPlainChat(asked, dialect);
  const { body } = request.call;
  dialect.assertSendable(body.outline);
  const edits = [...modelEdit(request), ...streamUsageEdit(request), ...capEdits(request, dialect)];
  return {
    path: '/chat/completions',
    headers: upstreamHeaders(request, { ...dialect.credentialHeaders(request), ...dialect.headers(request) }),
    ...editedBody(body, edits),
    droppedFields,
  };
}

/** What a caller of this protocol wrote is its own business; what was translated is said as this server knows it. */
function inPlainChat(
  request: ProviderRequest,
  { plain }: ChatDialect,
): { readonly request: ProviderRequest; readonly droppedFields: readonly string[] } {
  const { call } = request;
  if (plain === undefined || call.endpoint === 'chat_completions') return { request, droppedFields: [] };
  const { body, droppedFields } = plainChat(call.body.value, { ...plain, providerModel: request.target.providerModel });
  // The cap is said in whichever field the model takes: the translation knows of none.
  const outputCapTokens = request.outputCapTokens ?? call.outputCapTokens;
  return { request: { ...request, outputCapTokens, call: { ...call, body: jsonBodyOf(body) } }, droppedFields };
}

/** A local server may need no key. */
export function bearer({ credential }: ProviderRequest): Readonly<Record<string, string>> {
  return credential.secret.isEmpty ? {} : { authorization: `Bearer ${credential.secret.reveal()}` };
}

export const modelEdit = ({ call, target }: ProviderRequest): readonly Edit[] =>
  call.body.outline['model'] === target.providerModel ? [] : [['model', target.providerModel]];

/** A stream carries usage only where it is asked for; what else the caller wants of the stream stays. */
export function streamUsageEdit({ call }: ProviderRequest): readonly Edit[] {
  if (!call.stream) return [];
  const options = readMember(call.body, 'stream_options') ?? {};
  if (!isJsonObject(options)) {
    throw new GatewayError('invalid_field', {
      message: '`stream_options` has to be an object.',
      param: 'stream_options',
    });
  }
  return options['include_usage'] === true ? [] : [['stream_options', { ...options, include_usage: true }]];
}

/** The cap in the field that the caller used; a smaller value of the caller's own stays. */
function capEdits({ call, target, outputCapTokens }: ProviderRequest, dialect: ChatDialect): readonly Edit[] {
  if (outputCapTokens === undefined) return [];
  const caps = capFields.flatMap((field) => {
    const value = call.body.outline[field];
    return typeof value === 'number' ? [{ field, value }] : [];
  });
  if (caps.length > 0 && !dialect.refusesOtherCapField(target.providerModel)) {
    return caps.filter(({ value }) => value > outputCapTokens).map(({ field }) => [field, outputCapTokens]);
  }
  const others = caps.filter(({ field }) => field !== dialect.capField).map(({ field }): Edit => [field, undefined]);
  return [...others, [dialect.capField, Math.min(outputCapTokens, ...caps.map(({ value }) => value))]];
}
