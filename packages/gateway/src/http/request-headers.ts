import type { IncomingMessage } from 'node:http';
import { GatewayError } from '@tollgate/core';

/** Headers of which a second one would let two readers see two requests. Node keeps the first of some and joins others. */
const single = new Set([
  'authorization',
  'x-api-key',
  'content-type',
  'content-length',
  'content-encoding',
  'x-request-id',
  'x-tollgate-tags',
  'idempotency-key',
]);

/** Refuses a request in which a header that may stand once stands twice. */
export function rejectRepeatedHeaders(request: IncomingMessage): void {
  const seen = new Set<string>();
  const { rawHeaders } = request;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? '';
    if (!single.has(name)) continue;
    if (seen.has(name)) {
      throw new GatewayError('contradictory_headers', { message: `The header \`${name}\` stands twice.`, param: name });
    }
    seen.add(name);
  }
}

/** The gateway key that the request carries, from `Authorization: Bearer` or `x-api-key`. */
export function presentedKey(request: IncomingMessage): string {
  const bearer = bearerToken(request.headers.authorization);
  const apiKey = request.headers['x-api-key'];
  if (typeof apiKey !== 'string' || apiKey === '') {
    if (bearer !== undefined) return bearer;
    throw new GatewayError('missing_key', {
      message: 'No gateway key. Send it as `Authorization: Bearer tg_live_…` or as `x-api-key`.',
    });
  }
  if (bearer !== undefined && bearer !== apiKey) {
    throw new GatewayError('contradictory_headers', {
      message: '`Authorization` and `x-api-key` carry different keys. Send one of them.',
      param: 'x-api-key',
    });
  }
  return apiKey;
}

function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const match = /^bearer +(\S+) *$/i.exec(authorization);
  return match?.[1];
}

/** The caller's own request id, where it is one that a log line may carry. */
export function clientRequestId(request: IncomingMessage): string | undefined {
  const id = request.headers['x-request-id'];
  return typeof id === 'string' && /^[\w.:/+=-]{1,128}$/.test(id) ? id : undefined;
}
