import type { GatewayError } from '@tollgate/core';

/** The error in OpenAI's shape. */
export const openaiErrorBody = (error: GatewayError): string =>
  JSON.stringify({
    error: {
      message: error.message,
      type: error.providerType ?? error.entry.type,
      code: error.providerCode ?? error.code,
      param: error.param ?? null,
    },
  });

/** Headers that tell a client whether and when to try again. */
export function retryHeaders(error: GatewayError): Record<string, string> {
  const headers: Record<string, string> = {};
  if (error.retryAfterMs !== undefined)
    headers['retry-after'] = String(Math.max(1, Math.ceil(error.retryAfterMs / 1000)));
  else if (error.status === 503) headers['retry-after'] = '1';
  if (!error.entry.retryHelps) headers['x-should-retry'] = 'false';
  return headers;
}
