import type { JsonObject } from '@tollgate/core';
import { isServed, listedModels } from '../../call/models.ts';
import { Refusal } from '../../call/refusal.ts';
import { frame } from '../../call/script.ts';
import type { Ask } from '../../call/ask.ts';
import { bearerCredential } from '../bearer-credential.ts';
import type { ProviderSurface, RequestHeaders } from '../surface.ts';
import { anthropicError } from './anthropic-errors.ts';
import { checkMessagesRequest } from './check-messages-request.ts';
import { readMessagesAsk } from './read-messages-ask.ts';
import { messageBody, messageFrames, pingEvent } from './write-messages.ts';

/** api.anthropic.com, Messages. */
export const anthropicSurface: ProviderSurface = {
  provider: 'anthropic',
  caching: 'marked',
  keepAlive: pingEvent,
  streamContentType: 'text/event-stream; charset=utf-8',
  wholeFrames: (reply) => [frame('content', messageBody(reply))],
  streamFrames: messageFrames,
  readAsk: readAnthropicAsk,
  credentialOf: (headers) =>
    typeof headers['x-api-key'] === 'string' ? headers['x-api-key'] : bearerCredential(headers),
  error: anthropicError,
  errorFrames: (failure, reply) => [
    frame('closing', `event: error\ndata: ${JSON.stringify(anthropicError(failure, reply).body)}\n\n`),
  ],
  headers: ({ requestId, nowMs }) => {
    const reset = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
    return {
      'anthropic-organization-id': 'simulated',
      ...rateLimitHeaders('requests', 20_000, reset),
      ...rateLimitHeaders('tokens', 4_800_000, reset),
      ...rateLimitHeaders('input-tokens', 4_000_000, reset),
      ...rateLimitHeaders('output-tokens', 800_000, reset),
      'request-id': requestId,
    };
  },
  modelsList: () => {
    const data = listedModels.anthropic.map((id) => ({
      type: 'model',
      id,
      display_name: id,
      created_at: '2025-10-15T00:00:00Z',
    }));
    return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  },
};

const rateLimitHeaders = (of: string, limit: number, reset: string): Readonly<Record<string, string>> => ({
  [`anthropic-ratelimit-${of}-limit`]: String(limit),
  [`anthropic-ratelimit-${of}-remaining`]: String(limit),
  [`anthropic-ratelimit-${of}-reset`]: reset,
});

function readAnthropicAsk(body: JsonObject, headers: RequestHeaders): Ask {
  if (headers['anthropic-version'] === undefined) throw refusal('anthropic-version: header is required');
  const { model } = body;
  if (typeof model !== 'string' || model === '') throw refusal('model: Field required');
  const problem = checkMessagesRequest(body);
  if (problem !== undefined) throw refusal(problem);
  if (!isServed('anthropic', model)) throw new Refusal({ kind: '404' });
  return readMessagesAsk(body);
}

const refusal = (message: string): Refusal => new Refusal({ kind: '400', message });
