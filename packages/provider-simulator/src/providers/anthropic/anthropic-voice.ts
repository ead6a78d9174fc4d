import { listedModels } from '../../call/models.ts';
import { bearerCredential } from '../bearer-credential.ts';
import type { ModelsList, ProviderVoice } from '../voice.ts';
import { anthropicError } from './anthropic-errors.ts';

/** api.anthropic.com. */
export const anthropicVoice: ProviderVoice = {
  provider: 'anthropic',
  credentialOf: (headers) =>
    typeof headers['x-api-key'] === 'string' ? headers['x-api-key'] : bearerCredential(headers),
  error: anthropicError,
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
};

export const anthropicModelsList: ModelsList = () => {
  const data = listedModels.anthropic.map((id) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2025-10-15T00:00:00Z',
    max_input_tokens: 200_000,
    max_tokens: 64_000,
  }));
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
};

const rateLimitHeaders = (of: string, limit: number, reset: string): Readonly<Record<string, string>> => ({
  [`anthropic-ratelimit-${of}-limit`]: String(limit),
  [`anthropic-ratelimit-${of}-remaining`]: String(limit),
  [`anthropic-ratelimit-${of}-reset`]: reset,
});
