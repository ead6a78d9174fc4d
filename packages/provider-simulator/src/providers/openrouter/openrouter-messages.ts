import { isJsonObject, type JsonObject } from '@tollgate/core';
import type { Ask } from '../../call/ask.ts';
import type { Endpoint } from '../../call/endpoint.ts';
import { generate } from '../../call/generate.ts';
import { isServed } from '../../call/models.ts';
import { Refusal, type ErrorAnswer, type Failure } from '../../call/refusal.ts';
import { frame } from '../../call/script.ts';
import { anthropicError } from '../anthropic/anthropic-errors.ts';
import { checkMessagesRequest } from '../anthropic/check-messages-request.ts';
import { displayOf } from '../anthropic/display.ts';
import { readMessagesAsk } from '../anthropic/read-messages-ask.ts';
import { endUsage, messageBody, messageFrames, startUsage, type MessagesFlavour } from '../anthropic/write-messages.ts';
import type { AnswerContext, ProviderVoice } from '../voice.ts';
import { openrouterError } from './openrouter-errors.ts';
import { generationId, openrouterVoice, processingComment } from './openrouter-voice.ts';
import { costMembers } from './write-openrouter.ts';

/** Errors in Anthropic's shape, with OpenRouter's words and its own type beside Anthropic's. */
const voice: ProviderVoice = { ...openrouterVoice, error: messagesError };

function messagesError(failure: Failure, context: Pick<AnswerContext, 'id' | 'model' | 'requestId'>): ErrorAnswer {
  const { body, status } = anthropicError(failure, context);
  const words = openrouterError(failure, context).body['error'];
  const error = {
    ...(isJsonObject(body['error']) ? body['error'] : {}),
    ...(isJsonObject(words) ? { message: words['message'] } : {}),
  };
  return { status, headers: {}, body: { type: 'error', error, request_id: generationId(context) } };
}

/**
 * openrouter.ai, Messages: the beginning of a stream tells no usage, its end tells all of it with the cost, and
 * after `message_stop` comes an event that Anthropic never sends.
 */
export const openrouterMessages: Endpoint = {
  name: 'messages',
  voice,
  takes: 'json',
  keepAlive: processingComment,
  answer: generate({
    caching: 'marked',
    streamContentType: 'text/event-stream',
    read: ({ body }) => ({
      ask: readAsk(body),
      whole: (reply) => [frame('content', messageBody(reply, { flavour, display: displayOf(body) }))],
      stream: (reply) => messageFrames(reply, { flavour, display: displayOf(body) }),
      errorFrames: (failure, reply) => [
        frame('closing', `event: error\ndata: ${JSON.stringify(messagesError(failure, reply).body)}\n\n`),
      ],
    }),
  }),
};

const flavour: MessagesFlavour = {
  model: (reply) => reply.model,
  head: { provider: 'Simulated', container: null },
  begunUsage: {
    input_tokens: 0,
    output_tokens: 0,
    cache_creation: null,
    cache_creation_input_tokens: null,
    cache_read_input_tokens: null,
    inference_geo: null,
    server_tool_use: null,
    service_tier: null,
    speed: 'standard',
  },
  endedUsage: (reply) => ({
    ...startUsage(reply.usage),
    ...endUsage(reply.usage),
    output_tokens_details: { thinking_tokens: reply.usage.reasoning },
    ...costMembers(reply.costUsd),
    inference_geo: null,
    server_tool_use: null,
    service_tier: 'standard',
    speed: 'standard',
  }),
  pings: false,
  after: [frame('closing', 'event: data\ndata: [DONE]\n\n')],
};

function readAsk(body: JsonObject): Ask {
  const { model } = body;
  if (typeof model !== 'string' || model === '') throw refusal('No models provided');
  if (!isServed('openrouter', model)) throw refusal(`${model} is not a valid model ID`);
  const { provider: _, plugins: __, models: ___, ...understood } = body;
  const problem = checkMessagesRequest(understood);
  if (problem !== undefined) throw refusal(problem);
  return readMessagesAsk(understood);
}

const refusal = (message: string): Refusal => new Refusal({ kind: '400', message });
