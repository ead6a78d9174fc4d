import { isConversation, type ProviderRequest } from '@tollgate/core';

/** Where a provider is: set by the operator, never by a caller or by an answer. */
export interface UpstreamAddress {
  readonly origin: string;
  /** Without a slash at its end; put before every path. */
  readonly basePath: string;
}

/**
 * Headers that may leave. Nothing of an inbound request is forwarded but its trace context, so no
 * gateway key, cookie or address of a caller can reach a provider.
 */
const allowedHeaders: ReadonlySet<string> = new Set([
  'accept',
  'anthropic-beta',
  'anthropic-version',
  'api-key',
  'authorization',
  'content-type',
  'traceparent',
  'x-api-key',
  'x-client-request-id',
  'x-goog-api-key',
]);

/** Throws a RangeError that says what is wrong with the address. Its text has no credential in it. */
export function parseBaseUrl(baseUrl: string): UpstreamAddress {
  const url = URL.parse(baseUrl);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new RangeError('base_url has to be an http:// or https:// address');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new RangeError('base_url may not hold credentials, a query or a fragment');
  }
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, '') };
}

/** Headers of a request in any protocol, with a provider's own (credential, version). */
export const upstreamHeaders = (
  request: ProviderRequest,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({
  'content-type': 'application/json',
  accept: acceptOf(request),
  ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
  ...own,
});

/** What is no conversation may be text or audio. */
const acceptOf = ({ call }: ProviderRequest): string =>
  !isConversation(call.protocol) ? '*/*' : call.stream ? 'text/event-stream' : 'application/json';

/** The last step before the socket. Throws a RangeError for a header that no provider is meant to get. */
export function sealHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const name of Object.keys(headers)) {
    if (!allowedHeaders.has(name)) throw new RangeError(`the header \`${name}\` may not be sent to a provider`);
  }
  return { ...headers, 'accept-encoding': 'identity', 'user-agent': 'tollgate' };
}
