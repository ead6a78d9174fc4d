import { editFormBody, isFormBody, type JsonValue, type ProviderRequest } from '@tollgate/core';
import type { WireRequest } from '../base/adapter.ts';
import { upstreamHeaders } from '../base/egress.ts';
import { editedBody } from '../base/sent-body.ts';
import { modelEdit, streamUsageEdit } from '../openai-compatible/build-request.ts';
import type { RelayDialect } from './relay-adapter.ts';

/** The caller's body as it came, but for the model's name and, where text is completed, usage and cap. */
export function buildRelayRequest(
  request: ProviderRequest,
  { path, dialect }: { readonly path: string; readonly dialect: RelayDialect },
): WireRequest {
  const { call, target } = request;
  const { body } = call;
  dialect.assertSendable(body.outline);
  const headers = upstreamHeaders(request, { ...dialect.credentialHeaders(request), ...dialect.headers(request) });
  if (isFormBody(body)) {
    const edited = editFormBody(body, new Map([['model', target.providerModel]]));
    return { path, headers: { ...headers, 'content-type': body.contentType }, body: edited, isOwnBody: true };
  }
  const edits = [...modelEdit(request), ...(call.protocol === 'completions' ? completionEdits(request) : [])];
  return { path, headers, ...editedBody(body, edits) };
}

const completionEdits = (request: ProviderRequest): readonly (readonly [string, JsonValue | undefined])[] => [
  ...streamUsageEdit(request),
  ...capEdit(request),
];

/** A smaller value of the caller's own stays, and so does the API's default where the caller names none. */
function capEdit({ call, outputCapTokens }: ProviderRequest): readonly (readonly [string, JsonValue])[] {
  const isLowered = outputCapTokens !== undefined && outputCapTokens < (call.outputCapTokens ?? Infinity);
  return isLowered ? [['max_tokens', outputCapTokens]] : [];
}
