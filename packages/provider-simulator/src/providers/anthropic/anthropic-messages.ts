import { answerAtOnce } from '../../call/answer-at-once.ts';
import type { Ask } from '../../call/ask.ts';
import { promptTokens, refuseTooLong } from '../../call/compose-reply.ts';
import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { generate } from '../../call/generate.ts';
import { isServed } from '../../call/models.ts';
import { Refusal } from '../../call/refusal.ts';
import { frame } from '../../call/script.ts';
import { nothingBilled } from '../../ledger/billed.ts';
import { anthropicError } from './anthropic-errors.ts';
import { anthropicVoice } from './anthropic-voice.ts';
import { checkCountRequest, checkMessagesRequest } from './check-messages-request.ts';
import { displayOf } from './display.ts';
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
      whole: (reply) => [
        frame('content', messageBody(reply, { flavour: anthropicFlavour, display: displayOf(request.body) })),
      ],
      stream: (reply) => messageFrames(reply, { flavour: anthropicFlavour, display: displayOf(request.body) }),
      errorFrames: (failure, reply) => [
        frame('closing', `event: error\ndata: ${JSON.stringify(anthropicError(failure, reply).body)}\n\n`),
      ],
    }),
  }),
};

/** How tokens are counted; costs nothing. */
export const anthropicCountTokens: Endpoint = {
  name: 'count_tokens',
  voice: anthropicVoice,
  takes: 'json',
  keepAlive: undefined,
  answer: answerAtOnce((request) => {
    const model = checkHead(request);
    const problem = checkCountRequest(request.body);
    if (problem !== undefined) throw refusal(problem);
    const { prompt, userText } = readMessagesAsk(request.body);
    refuseTooLong({ prompt }, 'anthropic');
    return { model, text: userText, body: { input_tokens: promptTokens(prompt) }, billed: nothingBilled };
  }),
};

function readAnthropicAsk(request: ReceivedRequest): Ask {
  const model = checkHead(request);
  const problem = checkMessagesRequest(request.body);
  if (problem !== undefined) throw refusal(problem);
  if (!isServed('anthropic', model)) throw new Refusal({ kind: '404' });
  return readMessagesAsk(request.body);
}

/** The version, the betas and the model that every request names. */
function checkHead({ body, call: { headers } }: ReceivedRequest): string {
  if (headers['anthropic-version'] === undefined) throw refusal('anthropic-version: header is required');
  const betas = typeof headers['anthropic-beta'] === 'string' ? headers['anthropic-beta'].split(',') : [];
  const odd = betas.map((beta) => beta.trim()).filter((beta) => !/^[a-z0-9-]+-\d{4}-\d{2}-\d{2}$/.test(beta));
  if (odd.length > 0) {
    const names = odd.map((beta) => `\`${beta}\``).join(', ');
    throw refusal(`Unexpected value(s) ${names} for the \`anthropic-beta\` header.`);
  }
  const { model } = body;
  if (typeof model !== 'string' || model === '') throw refusal('model: Field required');
  return model;
}

const refusal = (message: string): Refusal => new Refusal({ kind: '400', message });
