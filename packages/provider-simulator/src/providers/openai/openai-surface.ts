import type { JsonObject } from '@tollgate/core';
import type { Ask } from '../../call/ask.ts';
import { isReasoningModel, isServed, listedModels } from '../../call/models.ts';
import { Refusal } from '../../call/refusal.ts';
import { frame } from '../../call/script.ts';
import { bearerCredential } from '../bearer-credential.ts';
import { checkChatRequest, type ChatProblem } from '../chat/check-chat-request.ts';
import { readChatAsk } from '../chat/read-chat-ask.ts';
import type { ProviderSurface } from '../surface.ts';
import { openaiError } from './openai-errors.ts';
import { chatBody, chatFrames, doneFrame, type ChatFlavour } from './write-openai.ts';

const flavour: ChatFlavour = {
  extras: { service_tier: 'default', system_fingerprint: 'fp_simulated' },
  reasoningMember: undefined,
  obfuscates: true,
};

/** api.openai.com, chat completions. */
export const openaiSurface: ProviderSurface = {
  provider: 'openai',
  caching: 'automatic',
  keepAlive: undefined,
  streamContentType: 'text/event-stream; charset=utf-8',
  wholeFrames: (reply) => [frame('content', chatBody(reply, flavour))],
  streamFrames: (reply, ask) => chatFrames(reply, ask, flavour),
  readAsk: readOpenaiAsk,
  credentialOf: bearerCredential,
  error: openaiError,
  errorFrames: (failure, reply) => [
    frame('closing', `data: ${JSON.stringify(openaiError(failure, reply).body)}\n\n`),
    doneFrame,
  ],
  headers: ({ requestId }) => ({
    'openai-organization': 'org-simulated',
    'openai-processing-ms': '12',
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-limit-tokens': '2000000',
    'x-ratelimit-remaining-requests': '9999',
    'x-ratelimit-remaining-tokens': '1999990',
    'x-ratelimit-reset-requests': '6ms',
    'x-ratelimit-reset-tokens': '0s',
    'x-request-id': requestId,
  }),
  modelsList: () => ({
    object: 'list',
    data: listedModels.openai.map((id) => ({ id, object: 'model', created: 1_721_172_741, owned_by: 'system' })),
  }),
};

function readOpenaiAsk(body: JsonObject): Ask {
  const { model } = body;
  if (typeof model !== 'string' || model === '') {
    throw new Refusal({ kind: '400', message: 'you must provide a model parameter' });
  }
  if (!isServed('openai', model)) throw new Refusal({ kind: '404' });
  const problem = checkChatRequest(body) ?? checkReasoningModel(model, body);
  if (problem !== undefined) throw new Refusal({ kind: '400', ...problem });
  const ask = readChatAsk(body);
  return { ...ask, reasons: ask.reasons || (isReasoningModel(model) && body['reasoning_effort'] === undefined) };
}

/** Reasoning models take neither the old cap nor sampling settings. */
function checkReasoningModel(model: string, body: JsonObject): ChatProblem | undefined {
  if (!isReasoningModel(model)) return undefined;
  if (body['max_tokens'] !== undefined) {
    return unsupported('max_tokens', "Use 'max_completion_tokens' instead.");
  }
  if (body['stop'] !== undefined && body['stop'] !== null) return unsupported('stop', '');
  const { temperature } = body;
  if (temperature === undefined || temperature === null || temperature === 1) return undefined;
  return {
    message: `Unsupported value: 'temperature' does not support ${JSON.stringify(temperature)} with this model. Only the default (1) value is supported.`,
    param: 'temperature',
    code: 'unsupported_value',
  };
}

const unsupported = (param: string, advice: string): ChatProblem => ({
  message: `Unsupported parameter: '${param}' is not supported with this model. ${advice}`.trimEnd(),
  param,
  code: 'unsupported_parameter',
});
