import { isJsonObject, type JsonObject } from '@tollgate/core';
import type { Reply } from '../../answer/answer.ts';
import type { Ask } from '../../call/ask.ts';
import type { Endpoint } from '../../call/endpoint.ts';
import { generate } from '../../call/generate.ts';
import { isServed } from '../../call/models.ts';
import { Refusal, type Failure } from '../../call/refusal.ts';
import { frame, type Frame } from '../../call/script.ts';
import { checkChatRequest } from '../chat/check-chat-request.ts';
import { readChatAsk } from '../chat/read-chat-ask.ts';
import { doneFrame } from '../openai/write-openai.ts';
import { openrouterError } from './openrouter-errors.ts';
import { openrouterVoice, processingComment } from './openrouter-voice.ts';
import { envelope, openrouterBody, openrouterFrames } from './write-openrouter.ts';

/** openrouter.ai, chat completions. */
export const openrouterChat: Endpoint = {
  name: 'chat_completions',
  voice: openrouterVoice,
  takes: 'json',
  keepAlive: processingComment,
  answer: generate({
    caching: 'marked',
    streamContentType: 'text/event-stream',
    read: ({ body }) => ({
      ask: readOpenrouterAsk(body),
      whole: openrouterBody,
      stream: openrouterFrames,
      errorFrames,
    }),
  }),
};

/** The model, where there is one of that name. */
export function checkOpenrouterModel({ model }: JsonObject): void {
  if (typeof model !== 'string' || model === '') throw refusal('No models provided');
  if (!isServed('openrouter', model)) throw refusal(`${model} is not a valid model ID`);
}

/** `n` and what it does not know are dropped silently, and a stream always ends with usage. */
function readOpenrouterAsk(body: JsonObject): Ask {
  checkOpenrouterModel(body);
  const { stream_options: _, n: __, ...understood } = body;
  const problem = checkChatRequest(understood);
  if (problem !== undefined) throw refusal(problem.message);
  const ask = readChatAsk(understood);
  const reasoning = isJsonObject(body['reasoning']) ? body['reasoning'] : undefined;
  const excluded = reasoning?.['enabled'] === false || reasoning?.['effort'] === 'none';
  return {
    ...ask,
    includeUsage: true,
    reasons: ask.reasons || (reasoning !== undefined && !excluded),
    prompt: isJsonObject(body['cache_control']) ? markEnd(ask.prompt) : ask.prompt,
  };
}

const markEnd = (prompt: Ask['prompt']): Ask['prompt'] =>
  prompt.map((piece, index) => (index === prompt.length - 1 ? { ...piece, cacheFor: piece.cacheFor ?? '5m' } : piece));

/** The documented form: a chunk with a top-level error whose choice finishes with `error`. */
function errorFrames(failure: Failure, reply: Reply): readonly Frame[] {
  const { error } = openrouterError(failure, reply).body;
  const choice = {
    index: 0,
    delta: { role: 'assistant', content: '' },
    finish_reason: 'error',
    native_finish_reason: 'error',
  };
  const chunk = { ...envelope(reply, 'chat.completion.chunk'), error, choices: [choice] };
  return [frame('closing', `data: ${JSON.stringify(chunk)}\n\n`), doneFrame];
}

const refusal = (message: string): Refusal => new Refusal({ kind: '400', message });
