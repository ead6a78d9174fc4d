import { jsonBodyOf, noUsage, type ProviderRequest } from '@tollgate/core';
import { noFacts, type Adapter, type WholeAnswer, type WireRequest } from '../base/adapter.ts';
import { malformedAnswer } from '../base/answer-errors.ts';
import { notServed } from '../base/not-served.ts';
import type { CallerProtocol } from '../base/translation.ts';
import { geminiHeaders, modelPath, modelResource, translateBody } from './build-request.ts';
import { parseError } from './parse-error.ts';
import { parseAnswer } from './read-whole.ts';

/** Anthropic's `count_tokens` over Google's `countTokens` (https://ai.google.dev/api/tokens), free of charge at both. */
export const createGeminiCountAdapter = (messages: Pick<CallerProtocol, 'toChat'>): Adapter => ({
  buildRequest: (request) => buildCountRequest(request, messages),
  createStreamReader: notServed.createStreamReader,
  readWhole: readCount,
  readError: parseError,
  // Google names none.
  requestIdHeader: '',
});

/** How the answer would be made is not counted, so that it is left out. */
function buildCountRequest(request: ProviderRequest, messages: Pick<CallerProtocol, 'toChat'>): WireRequest {
  const { call, target } = request;
  // A message needs a cap, a count has none.
  const form = messages.toChat({ ...call, body: jsonBodyOf({ ...call.body.value, max_tokens: 1 }) });
  const chat = { ...request, call: { ...call, body: jsonBodyOf(form.body) } };
  const { generate, dropped } = translateBody(chat);
  const { generationConfig: _, ...counted } = generate;
  return {
    path: `${modelPath(target)}:countTokens`,
    headers: geminiHeaders(request),
    body: Buffer.from(JSON.stringify({ generateContentRequest: { model: modelResource(target), ...counted } })),
    droppedFields: [...form.droppedFields, ...dropped],
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
