import type { GatewayError } from '@tollgate/core';

/** The error in OpenAI's shape, in which a code is text: some providers send a number. */
export const openaiErrorBody = (error: GatewayError): string =>
  JSON.stringify({
    error: {
      message: error.message,
      type: error.providerType ?? error.entry.type,
      code: String(error.providerCode ?? error.code),
      param: error.param ?? null,
    },
  });

/** The error in Anthropic's shape, which is that of its event too. `code` is ours: clients pass over what they do not know. */
export const anthropicErrorBody = (error: GatewayError, requestId: string): string =>
  JSON.stringify({
    type: 'error',
    error: { type: anthropicType(error), message: error.message, code: error.code },
    request_id: requestId,
  });

/** Anthropic's SDK and Claude Code know these and no others; another protocol's type goes by the status. */
const anthropicTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
};

function anthropicType({ providerType, entry, status }: GatewayError): string {
  if (providerType === undefined) return entry.anthropicType;
  return anthropicTypes[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
}

/** Headers that tell a client whether and when to try again. */
export function setRetryHeaders(headers: Record<string, string>, error: GatewayError): void {
  if (error.retryAfterMs !== undefined)
    headers['retry-after'] = String(Math.max(1, Math.ceil(error.retryAfterMs / 1000)));
  else if (error.status === 503) headers['retry-after'] = '1';
  if (!error.entry.retryHelps) headers['x-should-retry'] = 'false';
}
