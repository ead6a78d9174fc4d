import type { ProviderRequest } from '@tollgate/core';
import type { Adapter } from '../base/adapter.ts';
import { createChatOverResponses } from '../chat-over-responses/adapter.ts';
import { createChatAdapter, plainDialect } from '../openai-compatible/adapter.ts';
import type { ChatDialect } from '../openai-compatible/dialect.ts';
import { createKeptResponseAdapter } from '../openai-responses/kept-response.ts';
import { createResponsesAdapter } from '../openai-responses/adapter.ts';
import { isReasoningModel, needsResponses } from './choose-endpoint.ts';

/** From gpt-5.1 on reasoning can be turned off, and where tools are used with it, it has to be (OpenAI, `reasoning_effort`). */
const effortNoneModel = /^(?:ft:)?gpt-(?:5\.[1-9]|[6-9]|[1-9]\d)/;

export const openaiDialect: ChatDialect = {
  ...plainDialect,
  capField: 'max_completion_tokens',
  plain: {
    takesTopK: false,
    takesReasoning: false,
    knowsNoEffort: (providerModel) => effortNoneModel.test(providerModel),
  },
  // A 400 there (`unsupported_parameter`).
  refusesOtherCapField: isReasoningModel,
  // OpenAI's support finds a request by it.
  headers: (request) => ({ 'x-client-request-id': request.requestId }),
};

/** For chat completions, by whichever of OpenAI's endpoints serves what the call asks for. */
export function createOpenaiAdapter(dialect: ChatDialect): Adapter {
  const chat = createChatAdapter(dialect);
  const bridge = createChatOverResponses(dialect);
  const adapterFor = (request: ProviderRequest): Adapter => (needsResponses(request) ? bridge : chat);
  return {
    ...chat,
    buildRequest: (request) => adapterFor(request).buildRequest(request),
    createStreamReader: (request) => adapterFor(request).createStreamReader(request),
    readWhole: (body, request) => adapterFor(request).readWhole(body, request),
  };
}

export const openaiAdapter: Adapter = createOpenaiAdapter(openaiDialect);

/** For responses that it keeps. */
export const openaiKeptResponseAdapter: Adapter = createKeptResponseAdapter(openaiDialect);

/** For calls of the Responses API, which it speaks itself. */
export const openaiResponsesAdapter: Adapter = createResponsesAdapter(openaiDialect);
