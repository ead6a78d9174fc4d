import { GatewayError, parseJsonBody, type Clock } from '@tollgate/core';
import type { BodyBudget } from '../http/body-budget.ts';
import { readBody, type BodyLimits } from '../http/read-body.ts';
import { readTags, type TagRules } from '../http/tags.ts';
import { assertOwnThings } from '../calls/assert-own-things.ts';
import type { ServedCall } from '../calls/served-calls.ts';
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
  { readCall }: ServedCall,
  parts: ReadingParts,
): Promise<Read> {
  const { request, response } = authenticated;
  assertPlainJson(request.headers['content-type'], request.headers['content-encoding']);
  const tags = readTags(request.headers['x-tollgate-tags'], parts.tagRules);
  const raw = await readBody(request, parts.bodyLimits, { budget: parts.bodies, clock: parts.clock });
  response.once('close', () => parts.bodies.giveBack(raw.length));
  const call = readCall(parseJsonBody(raw));
  assertOwnThings(call);
  return { ...authenticated, call, tags };
}

function assertPlainJson(contentType: string | undefined, contentEncoding: string | undefined): void {
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity') {
    throw new GatewayError('unsupported_content_encoding', {
      message: `The body is compressed (\`${contentEncoding.slice(0, 32)}\`). Send it uncompressed.`,
      param: 'content-encoding',
    });
  }
  if (contentType === undefined || !/^application\/json *(;.*)?$/i.test(contentType)) {
    throw new GatewayError('unsupported_content_type', {
      message: 'Send the body as `content-type: application/json`.',
      param: 'content-type',
    });
  }
}
