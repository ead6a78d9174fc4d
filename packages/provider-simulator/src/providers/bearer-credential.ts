import type { RequestHeaders } from './voice.ts';

/** The token of `Authorization: Bearer`, or undefined. */
export function bearerCredential(headers: RequestHeaders): string | undefined {
  const { authorization } = headers;
  const match = typeof authorization === 'string' ? /^Bearer +(\S+) *$/i.exec(authorization) : null;
  return match?.[1];
}
