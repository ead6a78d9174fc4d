import { isJsonObject, type JsonObject } from '@tollgate/core';
import { isServed, listedModels } from '../../call/models.ts';
import { Refusal, type Failure } from '../../call/refusal.ts';
import { frame, type Frame } from '../../call/script.ts';
import type { Reply } from '../../answer/answer.ts';
import type { Ask } from '../../call/ask.ts';
import { bearerCredential } from '../bearer-credential.ts';
import { checkChatRequest } from '../chat/check-chat-request.ts';
import { readChatAsk } from '../chat/read-chat-ask.ts';
import { doneFrame } from '../openai/write-openai.ts';
import type { ProviderSurface } from '../surface.ts';
import { openrouterError } from './openrouter-errors.ts';
import { envelope, generationId, openrouterBody, openrouterFrames, processingComment } from './write-openrouter.ts';

/** openrouter.ai, chat completions. */
export const openrouterSurface: ProviderSurface = {
  provider: 'openrouter',
  caching: 'marked',
  keepAlive: processingComment,
  streamContentType: 'text/event-stream',
  wholeFrames: openrouterBody,
  streamFrames: openrouterFrames,
  readAsk: readOpenrouterAsk,
  credentialOf: bearerCredential,
  error: openrouterError,
  errorFrames,
  headers: (context) => ({
    'access-control-allow-origin': '*',
    'cf-ray': `${context.id}-SIM`,
    'x-generation-id': generationId(context),
  }),
  modelsList: () => ({
    data: listedModels.openrouter.map((id) => ({
      id,
      canonical_slug: id,
      name: id,
      created: 1_721_172_741,
      context_length: 400_000,
      pricing: { prompt: '0.00000015', completion: '0.0000006' },
    })),
  }),
};

/** `n` and what it does not know are dropped silently, and a stream always ends with usage. */
function readOpenrouterAsk(body: JsonObject): Ask {
  const { model } = body;
  if (typeof model !== 'string' || model === '') throw refusal('No models provided');
  if (!isServed('openrouter', model)) throw refusal(`${model} is not a valid model ID`);
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
