import type { Adapter } from '../base/adapter.ts';
import { createChatAdapter, plainDialect } from '../openai-compatible/adapter.ts';

/** o1, o3, gpt-5, gpt-6-… and fine-tunes of them: `max_tokens` is a 400 there (`unsupported_parameter`). */
const reasoningModel = /^(?:ft:)?(?:o\d|gpt-(?:[5-9]|[1-9]\d))/;

export const openaiAdapter: Adapter = createChatAdapter({
  ...plainDialect,
  capField: 'max_completion_tokens',
  refusesOtherCapField: (providerModel) => reasoningModel.test(providerModel),
  // OpenAI's support finds a request by it.
  headers: (request) => ({ 'x-client-request-id': request.requestId }),
});
