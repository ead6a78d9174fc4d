import type { IncomingHttpHeaders } from 'node:http';
import {
  GatewayError,
  isLong,
  jsonBodyOf,
  LongBytes,
  parseFormBody,
  parseJsonBody,
  type Call,
  type Clock,
  type Endpoint,
  type JsonBody,
} from '@tollgate/core';
import { assertOwnThings } from '../calls/assert-own-things.ts';
import { assertPublicUrls } from '../calls/assert-public-urls.ts';
import { ownCacheKeys } from '../calls/own-cache-key.ts';
import type { ServedCall } from '../calls/served-calls.ts';
import type { BodyBudget, HeldBytes } from '../http/body-budget.ts';
import { readBody, type BodyLimits } from '../http/read-body.ts';
import { readTags, type TagRules } from '../http/tags.ts';
import type { Authenticated, Read } from './stages.ts';

export interface ReadingParts {
  readonly bodies: BodyBudget;
  readonly clock: Clock;
  readonly bodyLimits: BodyLimits;
  readonly tagRules: TagRules;
}

/** Step 2: body to call. What is wrong here costs no provider call and no limit. */
export async function readRequest(
  authenticated: Authenticated,
  { endpoint, bodyType, readCall }: ServedCall,
  parts: ReadingParts,
): Promise<Read> {
  const { request, response } = authenticated;
  const contentType = plainType(request.headers, bodyType);
  const tags = readTags(request.headers['x-tollgate-tags'], parts.tagRules);
  const raw = await readBody(request, parts.bodyLimits, { budget: parts.bodies, clock: parts.clock });
  const held = parts.bodies.holdUntilClosed(response, raw.length);
  const read = readCall(parseBody(raw, contentType, bodyType));
  const own = ownCacheKeys(read, authenticated.caller.tenant.name);
  const call = withLongBody(withProtocolHeaders(own, endpoint, request.headers), held);
  assertOwnThings(call);
  assertPublicUrls(call);
  return { ...authenticated, call, tags, held };
}

function parseBody(raw: Buffer, contentType: string, bodyType: ServedCall['bodyType']): JsonBody {
  switch (bodyType) {
    case 'application/json':
      return parseJsonBody(raw);
    case 'multipart/form-data':
      return parseFormBody(raw, contentType);
    case 'none':
      return jsonBodyOf({});
  }
}

function withLongBody(call: Call, held: HeldBytes): Call {
  const { raw } = call.body;
  return isLong(raw) ? { ...call, longBody: new LongBytes(raw, (byteLength) => held.remove(byteLength)) } : call;
}

/** Headers by which a caller chooses a form of Anthropic's protocol. */
function withProtocolHeaders(call: Call, endpoint: Endpoint, headers: IncomingHttpHeaders): Call {
  if (endpoint !== 'messages' && endpoint !== 'count_tokens') return call;
  const { 'anthropic-version': version, 'anthropic-beta': beta } = headers;
  return {
    ...call,
    callerHeaders: {
      ...(typeof version === 'string' && { 'anthropic-version': version }),
      ...(typeof beta === 'string' && { 'anthropic-beta': beta }),
    },
  };
}

/** The content type, if it is the one that the endpoint takes and the body is sent as it is. */
function plainType(headers: IncomingHttpHeaders, bodyType: ServedCall['bodyType']): string {
  const { 'content-type': type = '', 'content-encoding': encoding } = headers;
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new GatewayError('unsupported_content_encoding', {
      message: `The body is compressed (\`${encoding.slice(0, 32)}\`). Send it uncompressed.`,
      param: 'content-encoding',
    });
  }
  if (bodyType !== 'none' && type.split(';', 1)[0]?.trim().toLowerCase() !== bodyType) {
    throw new GatewayError('unsupported_content_type', {
      message: `Send the body as \`content-type: ${bodyType}\`.`,
      param: 'content-type',
    });
  }
  return type;
}
