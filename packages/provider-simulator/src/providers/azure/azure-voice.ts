import type { JsonObject } from '@tollgate/core';
import { listedModels } from '../../call/models.ts';
import type { ErrorAnswer, Failure } from '../../call/refusal.ts';
import { bearerCredential } from '../bearer-credential.ts';
import { promptResults } from '../chat/content-filter.ts';
import { openaiError } from '../openai/openai-errors.ts';
import type { AnswerContext, ModelsList, ProviderVoice } from '../voice.ts';

/** Azure OpenAI: a key in a header of its own, or a token of Entra's. */
export const azureVoice: ProviderVoice = {
  provider: 'azure',
  credentialOf: (headers) => (typeof headers['api-key'] === 'string' ? headers['api-key'] : bearerCredential(headers)),
  error: azureError,
  headers: ({ requestId, model }) => ({
    'apim-request-id': requestId,
    'x-request-id': requestId,
    'x-ms-region': 'Simulated',
    'x-ms-deployment-name': model,
    'x-ratelimit-remaining-requests': '9999',
    'x-ratelimit-remaining-tokens': '1999990',
  }),
};

export const azureModelsList: ModelsList = () => ({
  object: 'list',
  data: listedModels.azure.map((id) => ({
    id,
    object: 'model',
    created_at: 1_721_172_741,
    status: 'succeeded',
    lifecycle_status: 'generally-available',
    capabilities: { chat_completion: true, completion: false, embeddings: false, fine_tune: false, inference: true },
  })),
});

const words: Readonly<Record<string, JsonObject>> = {
  '401': {
    code: '401',
    message:
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
  },
  '404': {
    code: 'DeploymentNotFound',
    message:
      'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
  },
  '429': {
    code: '429',
    message:
      'Requests to the ChatCompletions_Create Operation have exceeded token rate limit of your current pricing tier. Please retry after 1 second.',
  },
};

/** Azure's own errors where its gateway answers, OpenAI's where the model does. */
export function azureError(failure: Failure, context: Pick<AnswerContext, 'model'>): ErrorAnswer {
  const { status, headers, body } = openaiError(failure, context);
  const own = failure.message === undefined ? words[failure.kind] : undefined;
  if (own !== undefined) return { status, headers, body: { error: own } };
  if (failure.code === 'Resource not found')
    return { status, headers, body: { error: { code: '404', message: failure.code } } };
  return failure.code === 'content_filter' ? { status, headers, body: filtered } : { status, headers, body };
}

const filtered = {
  error: {
    message:
      "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
    type: null,
    param: 'prompt',
    code: 'content_filter',
    status: 400,
    innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: promptResults(true) },
  },
};
