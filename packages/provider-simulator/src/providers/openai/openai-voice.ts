import { listedModels } from '../../call/models.ts';
import { bearerCredential } from '../bearer-credential.ts';
import type { ModelsList, ProviderVoice } from '../voice.ts';
import { openaiError } from './openai-errors.ts';

/** api.openai.com. */
export const openaiVoice: ProviderVoice = {
  provider: 'openai',
  credentialOf: bearerCredential,
  error: openaiError,
  headers: ({ requestId }) => ({
    'openai-organization': 'org-simulated',
    'openai-processing-ms': '12',
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-limit-tokens': '2000000',
    'x-ratelimit-remaining-requests': '9999',
    'x-ratelimit-remaining-tokens': '1999990',
    'x-ratelimit-reset-requests': '6ms',
    'x-ratelimit-reset-tokens': '0s',
    'x-request-id': requestId,
  }),
};

export const openaiModelsList: ModelsList = () => ({
  object: 'list',
  data: listedModels.openai.map((id) => ({ id, object: 'model', created: 1_721_172_741, owned_by: 'system' })),
});
