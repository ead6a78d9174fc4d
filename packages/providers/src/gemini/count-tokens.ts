import { jsonBodyOf, noUsage, type ProviderRequest } from '@tollgate/core';
import { noFacts, type Adapter, type WholeAnswer, type WireRequest } from '../base/adapter.ts';
import { malformedAnswer } from '../base/answer-errors.ts';
import { inCallersWords } from '../base/caller-fields.ts';
import { notServed } from '../base/not-served.ts';
import { ownBody } from '../base/sent-body.ts';
import type { CallerProtocol } from '../base/translation.ts';
import { geminiHeaders, modelPath, modelResource, translateBody } from './build-request.ts';
import { parseError } from './parse-error.ts';
import { parseAnswer } from './read-whole.ts';

/** How a message is said as a chat completion. */
type MessagesForm = Pick<CallerProtocol, 'toChat' | 'names'>;

/** Anthropic's `count_tokens` over Google's `countTokens` (https://ai.google.dev/api/tokens), free of charge at both. */
export const createGeminiCountAdapter = (messages: MessagesForm): Adapter => ({
  buildRequest: (request) => buildCountRequest(request, messages),
  createStreamReader: notServed.createStreamReader,
  readWhole: readCount,
  readError: parseError,
  // Google names none.
  requestIdHeader: '',
});

/** How the answer would be made is not counted, so that it is left out. */
function buildCountRequest(request: ProviderRequest, messages: MessagesForm): WireRequest {
  const { call } = request;
  // A message needs a cap, a count has none.
  const form = messages.toChat({ ...call, body: jsonBodyOf({ ...call.body.value, max_tokens: 1 }) });
  const chat = { ...request, call: { ...call, body: jsonBodyOf(form.body) } };
  return inCallersWords(form, messages.names, () => writeCountRequest(chat));
}

function writeCountRequest(request: ProviderRequest): WireRequest {
  const { target } = request;
  const { generate, dropped } = translateBody(request);
  const { generationConfig: _, ...counted } = generate;
  return {
    path: `${modelPath(target)}:countTokens`,
    headers: geminiHeaders(request),
    ...ownBody({ generateContentRequest: { model: modelResource(target), ...counted } }),
    droppedFields: dropped,
  };
}

/** Throws AttemptError for a 2xx that is no count. */
function readCount(body: Buffer): WholeAnswer {
  const tokens = parseAnswer(body)['totalTokens'];
  if (typeof tokens !== 'number') throw malformedAnswer('the answer has no totalTokens');
  return {
    body: Buffer.from(JSON.stringify({ input_tokens: tokens })),
    facts: { ...noFacts, contentSeen: true, finishReason: 'stop', usage: noUsage },
  };
}
