import type { JsonObject } from '@tollgate/core';
import type { Ask } from '../../call/ask.ts';
import type { Endpoint } from '../../call/endpoint.ts';
import { generate } from '../../call/generate.ts';
import { isServed } from '../../call/models.ts';
import { Refusal } from '../../call/refusal.ts';
import { frame } from '../../call/script.ts';
import { checkChatRequest } from '../chat/check-chat-request.ts';
import { readChatAsk } from '../chat/read-chat-ask.ts';
import { chatBody, chatFrames, type ChatFlavour } from '../openai/write-openai.ts';
import { textOf } from '../read-members.ts';
import { compatibleError, compatibleVoice } from './compatible-voice.ts';

const flavour: ChatFlavour = {
  extras: () => ({ system_fingerprint: 'b6000-simulated' }),
  reasoningMember: 'reasoning_content',
  obfuscates: false,
};

/** llama.cpp's chat completions. */
export const compatibleChat: Endpoint = {
  name: 'chat_completions',
  voice: compatibleVoice,
  takes: 'json',
  keepAlive: undefined,
  answer: generate({
    caching: 'none',
    streamContentType: 'text/event-stream',
    read: ({ body }) => {
      const ask = readCompatibleAsk(body);
      return {
        ask,
        whole: (reply) => [frame('content', chatBody(reply, ask, flavour))],
        stream: (reply) => chatFrames(reply, ask, flavour),
        errorFrames: (failure) => [frame('closing', `data: ${JSON.stringify(compatibleError(failure).body)}\n\n`)],
      };
    },
  }),
};

/** Local servers let pass what they do not know. */
export function readCompatibleAsk(body: JsonObject): Ask {
  const problem = checkChatRequest(body);
  if (problem !== undefined) throw new Refusal({ kind: '400', message: problem.message });
  if (!isServed('compatible', textOf(body['model']))) throw new Refusal({ kind: '404' });
  return readChatAsk(body);
}
