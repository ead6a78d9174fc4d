import type { Ask } from '../../call/ask.ts';
import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { generate } from '../../call/generate.ts';
import { isServed } from '../../call/models.ts';
import { Refusal } from '../../call/refusal.ts';
import { frame } from '../../call/script.ts';
import { anthropicError } from './anthropic-errors.ts';
import { anthropicVoice } from './anthropic-voice.ts';
import { checkMessagesRequest } from './check-messages-request.ts';
import { readMessagesAsk } from './read-messages-ask.ts';
import { anthropicFlavour, messageBody, messageFrames, pingEvent } from './write-messages.ts';

/** api.anthropic.com, Messages. */
export const anthropicMessages: Endpoint = {
  name: 'messages',
  voice: anthropicVoice,
  takes: 'json',
  keepAlive: pingEvent,
  answer: generate({
    caching: 'marked',
    streamContentType: 'text/event-stream; charset=utf-8',
    read: (request) => ({
      ask: readAnthropicAsk(request),
      whole: (reply) => [frame('content', messageBody(reply, anthropicFlavour))],
      stream: (reply) => messageFrames(reply, anthropicFlavour),
      errorFrames: (failure, reply) => [
        frame('closing', `event: error\ndata: ${JSON.stringify(anthropicError(failure, reply).body)}\n\n`),
      ],
    }),
  }),
};

function readAnthropicAsk({ body, call }: ReceivedRequest): Ask {
  if (call.headers['anthropic-version'] === undefined) throw refusal('anthropic-version: header is required');
  const { model } = body;
  if (typeof model !== 'string' || model === '') throw refusal('model: Field required');
  const problem = checkMessagesRequest(body);
  if (problem !== undefined) throw refusal(problem);
  if (!isServed('anthropic', model)) throw new Refusal({ kind: '404' });
  return readMessagesAsk(body);
}

const refusal = (message: string): Refusal => new Refusal({ kind: '400', message });
