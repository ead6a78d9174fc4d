import type { JsonObject } from '@tollgate/core';
import { readDirectives } from '../../answer/directives.ts';
import type { Ask } from '../../call/ask.ts';
import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { generate } from '../../call/generate.ts';
import { isServed } from '../../call/models.ts';
import { Refusal } from '../../call/refusal.ts';
import { frame } from '../../call/script.ts';
import { plainChat, shortUsage, type ChatFlavour } from '../chat/chat-flavour.ts';
import { checkChatRequest } from '../chat/check-chat-request.ts';
import { filterResults, promptResults } from '../chat/content-filter.ts';
import { readChatAsk } from '../chat/read-chat-ask.ts';
import { completions } from '../completions/completions.ts';
import { checkEmbeddings, embeddings } from '../embeddings/embeddings.ts';
import { checkChatModel } from '../openai/check-chat-model.ts';
import { checkChatMembers } from '../openai/chat-members.ts';
import { reasonsUnasked } from '../openai/model-traits.ts';
import { ofInput, type ResponsesServer } from '../openai/openai-responses.ts';
import { mediaRoutes } from '../openai/openai-server.ts';
import { checkCompletions, refuse } from '../openai/openai-texts.ts';
import { chatBody, chatFrames, doneFrame } from '../openai/write-openai.ts';
import { post, type Route } from '../route.ts';
import { azureError, azureVoice } from './azure-voice.ts';

const flavour: ChatFlavour = { ...plainChat, extras: () => ({ system_fingerprint: 'fp_simulated' }), filters: true };

/** Azure OpenAI, chat completions: the deployment stands in the path, or in the body of the newer API. */
const azureChat: Endpoint = {
  name: 'chat_completions',
  voice: azureVoice,
  takes: 'json',
  keepAlive: undefined,
  answer: generate({
    caching: 'automatic',
    streamContentType: 'text/event-stream; charset=utf-8',
    read: (request) => {
      const ask = readAsk(request);
      return {
        ask,
        whole: (reply) => [frame('content', chatBody(reply, ask, flavour))],
        stream: (reply) => chatFrames(reply, ask, flavour),
        errorFrames: (failure, reply) => [
          frame('closing', `data: ${JSON.stringify(azureError(failure, reply).body)}\n\n`),
          doneFrame,
        ],
      };
    },
  }),
};

/** Azure OpenAI, embeddings. */
const azureEmbeddings = embeddings({
  voice: azureVoice,
  check: (request) => {
    checkDeployment(request);
    refuse(checkEmbeddings({ ...request.body, model: request.model }));
  },
  extras: () => ({ body: {}, usage: {} }),
});

/** Azure OpenAI, legacy completions. */
const azureCompletions = completions({
  voice: azureVoice,
  caching: 'none',
  keepAlive: undefined,
  check: (request) => {
    checkDeployment(request);
    refuse(checkCompletions(request.body));
  },
  id: ({ id }) => `cmpl-${id}`,
  usage: ({ usage }) => shortUsage(usage),
  alwaysUsage: false,
  filters: true,
});

/** What is asked of a deployment, which stands in the path before these or in the body. */
export const azureDeploymentRoutes: readonly Route[] = [
  post('/chat/completions', azureChat),
  post('/completions', azureCompletions),
  post('/embeddings', azureEmbeddings),
  ...mediaRoutes({ voice: azureVoice, checkModel: checkDeployment }),
];

/** Azure OpenAI, Responses: at the newer API alone, and with what the filter found. */
export const azureResponsesServer: ResponsesServer = {
  voice: { ...azureVoice, error: (failure, context) => azureError(ofInput(failure), context) },
  checkModel: (model) => {
    if (!isServed('azure', model)) throw new Refusal({ kind: '404' });
  },
  extras: {
    content_filters: [
      { blocked: false, source_type: 'prompt', content_filter_results: promptResults(false) },
      { blocked: false, source_type: 'completion', content_filter_results: filterResults },
    ],
  },
};

/** The path with a deployment needs a version; without one nothing is found there. */
function checkDeployment({ call, model }: ReceivedRequest): void {
  if (call.pathNames['model'] !== undefined && !call.query.has('api-version')) {
    throw new Refusal({ kind: '404', message: 'Resource not found', code: 'Resource not found' });
  }
  if (model === '' || !isServed('azure', model)) throw new Refusal({ kind: '404' });
}

function readAsk(request: ReceivedRequest): Ask {
  checkDeployment(request);
  const { model } = request;
  const body: JsonObject = { ...request.body, model };
  refuse(checkChatMembers(body) ?? checkChatRequest(body) ?? checkChatModel(model, body));
  const ask = readChatAsk(body);
  if (readDirectives(ask.userText).block) throw new Refusal({ kind: '400', code: 'content_filter' });
  return { ...ask, reasons: ask.reasons || (reasonsUnasked(model) && body['reasoning_effort'] === undefined) };
}
