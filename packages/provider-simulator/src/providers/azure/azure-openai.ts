import type { JsonObject } from '@tollgate/core';
import { readDirectives } from '../../answer/directives.ts';
import type { Ask } from '../../call/ask.ts';
import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { generate } from '../../call/generate.ts';
import { isServed } from '../../call/models.ts';
import { Refusal } from '../../call/refusal.ts';
import { frame } from '../../call/script.ts';
import { plainChat, type ChatFlavour } from '../chat/chat-flavour.ts';
import { checkChatRequest } from '../chat/check-chat-request.ts';
import { readChatAsk } from '../chat/read-chat-ask.ts';
import { checkEmbeddings, embeddings } from '../embeddings/embeddings.ts';
import { checkChatModel } from '../openai/check-chat-model.ts';
import { checkChatMembers } from '../openai/chat-members.ts';
import { reasonsUnasked } from '../openai/model-traits.ts';
import { refuse } from '../openai/openai-texts.ts';
import { chatBody, chatFrames, doneFrame } from '../openai/write-openai.ts';
import { azureError, azureVoice } from './azure-voice.ts';

const flavour: ChatFlavour = { ...plainChat, extras: () => ({ system_fingerprint: 'fp_simulated' }), filters: true };

/** Azure OpenAI, chat completions: the deployment stands in the path, or in the body of the newer API. */
export const azureChat: Endpoint = {
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
export const azureEmbeddings = embeddings({
  voice: azureVoice,
  check: (request) => {
    checkDeployment(request);
    refuse(checkEmbeddings({ ...request.body, model: request.model }));
  },
  extras: () => ({ body: {}, usage: {} }),
});

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
