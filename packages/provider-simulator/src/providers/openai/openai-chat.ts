import type { JsonObject } from '@tollgate/core';
import type { Reply } from '../../answer/answer.ts';
import type { Ask } from '../../call/ask.ts';
import type { Endpoint } from '../../call/endpoint.ts';
import { generate } from '../../call/generate.ts';
import { isServed } from '../../call/models.ts';
import { Refusal, type Failure } from '../../call/refusal.ts';
import { frame, type Frame } from '../../call/script.ts';
import { plainChat } from '../chat/chat-flavour.ts';
import { checkChatRequest } from '../chat/check-chat-request.ts';
import { readChatAsk } from '../chat/read-chat-ask.ts';
import { checkChatModel } from './check-chat-model.ts';
import { checkChatMembers } from './chat-members.ts';
import { reasonsUnasked } from './model-traits.ts';
import { openaiError } from './openai-errors.ts';
import { openaiVoice } from './openai-voice.ts';
import { chatBody, chatFrames, doneFrame } from './write-openai.ts';

/** api.openai.com, chat completions. */
export const openaiChat: Endpoint = {
  name: 'chat_completions',
  voice: openaiVoice,
  takes: 'json',
  keepAlive: undefined,
  answer: generate({
    caching: 'automatic',
    streamContentType: 'text/event-stream; charset=utf-8',
    read: ({ body }) => {
      const ask = readOpenaiAsk(body);
      return {
        ask,
        whole: (reply) => [frame('content', chatBody(reply, ask, plainChat))],
        stream: (reply) => chatFrames(reply, ask, plainChat),
        errorFrames: chatErrorFrames,
      };
    },
  }),
};

/** An error in the middle of a stream, as OpenAI and servers of its format give it. */
export const chatErrorFrames = (failure: Failure, reply: Reply): readonly Frame[] => [
  frame('closing', `data: ${JSON.stringify(openaiError(failure, reply).body)}\n\n`),
  doneFrame,
];

/** The ask, checked as OpenAI checks it. */
export function readOpenaiAsk(body: JsonObject): Ask {
  const { model } = body;
  if (typeof model !== 'string' || model === '') {
    throw new Refusal({ kind: '400', message: 'you must provide a model parameter' });
  }
  if (!isServed('openai', model)) throw new Refusal({ kind: '404' });
  const problem = checkChatMembers(body) ?? checkChatRequest(body) ?? checkChatModel(model, body);
  if (problem !== undefined) throw new Refusal({ kind: '400', ...problem });
  const ask = readChatAsk(body);
  return { ...ask, reasons: ask.reasons || (reasonsUnasked(model) && body['reasoning_effort'] === undefined) };
}
