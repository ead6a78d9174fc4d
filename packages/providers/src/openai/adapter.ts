import type { Adapter } from '../base/adapter.ts';
import { createChatAdapter, plainDialect } from '../openai-compatible/adapter.ts';
import type { ChatDialect } from '../openai-compatible/dialect.ts';
import { createResponsesAdapter } from '../openai-responses/adapter.ts';

/** o1, o3, gpt-5, gpt-6-… and fine-tunes of them: `max_tokens` is a 400 there (`unsupported_parameter`). */
const reasoningModel = /^(?:ft:)?(?:o\d|gpt-(?:[5-9]|[1-9]\d))/;

const dialect: ChatDialect = {
  ...plainDialect,
  capField: 'max_completion_tokens',
  refusesOtherCapField: (providerModel) => reasoningModel.test(providerModel),
  // OpenAI's support finds a request by it.
  headers: (request) => ({ 'x-client-request-id': request.requestId }),
};

export const openaiAdapter: Adapter = createChatAdapter(dialect);

/** For calls of the Responses API, which it speaks itself. */
export const openaiResponsesAdapter: Adapter = createResponsesAdapter(dialect);
