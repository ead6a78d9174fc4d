import { noUsage } from '@tollgate/core';
import { chunk, done, finishChunk, textChunk, usageChunk, wholeAnswer } from '../support/chat-answers.ts';
import type { AdapterFixtures } from './adapter-conformance.ts';

const openaiError = (code: string | null, type = 'invalid_request_error'): string =>
  JSON.stringify({ error: { message: 'text', type, param: null, code } });

const openrouterError = (code: number, message: string): string => JSON.stringify({ error: { message, code } });

export const openaiFixtures: AdapterFixtures = {
  opening: chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }),
  content: textChunk('Hi'),
  closing: finishChunk('stop') + usageChunk + done,
  errorEvent: `data: ${openaiError('server_error', 'server_error')}\n\n${done}`,
  whole: wholeAnswer,
  wholeError: openaiError('server_error', 'server_error'),
  facts: {
    finishReason: 'stop',
    usage: { ...noUsage, inputUncached: 10, output: 3 },
    contentBytes: 2,
    answeredModel: 'm-1',
  },
  refusals: {
    rate_limited: { status: 429, body: openaiError('rate_limit_exceeded', 'requests') },
    overloaded: { status: 503, body: openaiError('server_is_overloaded', 'service_unavailable_error') },
    server_error: { status: 500, body: openaiError(null, 'server_error') },
    quota_spent: { status: 429, body: openaiError('insufficient_quota', 'insufficient_quota') },
    credential_refused: { status: 401, body: openaiError('invalid_api_key') },
    model_not_found: { status: 404, body: openaiError('model_not_found') },
    context_too_long: { status: 400, body: openaiError('context_length_exceeded') },
    request_rejected: { status: 400, body: openaiError('unsupported_parameter') },
  },
};

const comment = ': OPENROUTER PROCESSING\n\n';

export const openrouterFixtures: AdapterFixtures = {
  ...openaiFixtures,
  opening: comment + comment + openaiFixtures.opening,
  content: textChunk('H') + comment + textChunk('i'),
  errorEvent: chunk({
    error: { code: 502, message: 'Provider disconnected' },
    choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
  }),
  whole: `\n         \n\n         \n${wholeAnswer}`,
  wholeError: openrouterError(502, 'Provider returned error'),
  refusals: {
    rate_limited: { status: 429, body: openrouterError(429, 'Provider returned error') },
    overloaded: { status: 529, body: openrouterError(529, 'Provider overloaded') },
    server_error: { status: 502, body: openrouterError(502, 'Provider returned error') },
    quota_spent: { status: 402, body: openrouterError(402, 'Insufficient credits') },
    credential_refused: { status: 401, body: openrouterError(401, 'Missing Authentication header') },
    model_not_found: { status: 400, body: openrouterError(400, 'x is not a valid model ID') },
    context_too_long: {
      status: 400,
      body: openrouterError(400, "This endpoint's maximum context length is 8192 tokens."),
    },
    request_rejected: { status: 400, body: openrouterError(400, 'Input required') },
  },
};

const azureOwn = (code: string, message: string): string => JSON.stringify({ error: { code, message } });

export const azureFixtures: AdapterFixtures = {
  ...openaiFixtures,
  // What its filter found in the prompt comes before any choice.
  opening: chunk({ model: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] }) + openaiFixtures.opening,
  refusals: {
    ...openaiFixtures.refusals,
    rate_limited: { status: 429, body: azureOwn('429', 'Requests have exceeded token rate limit.') },
    credential_refused: { status: 401, body: azureOwn('401', 'Access denied due to invalid subscription key.') },
    model_not_found: { status: 404, body: azureOwn('DeploymentNotFound', 'The API deployment does not exist.') },
    request_rejected: { status: 400, body: openaiError('content_filter') },
  },
};

export const compatibleFixtures: AdapterFixtures = {
  ...openaiFixtures,
  errorEvent: 'event: error\ndata: {"message":"engine died"}\n\n',
  refusals: {
    ...openaiFixtures.refusals,
    model_not_found: { status: 404, body: '{"object":"error","message":"no such model","code":404}' },
    context_too_long: { status: 400, body: '{"error":{"code":400,"type":"exceed_context_size_error","message":"m"}}' },
    request_rejected: { status: 422, body: '{"detail":"field required"}' },
    credential_refused: { status: 403, body: '{"code":"forbidden","error":"no such key"}' },
  },
};
