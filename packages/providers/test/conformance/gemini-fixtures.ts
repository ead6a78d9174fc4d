import { noUsage, type JsonObject } from '@tollgate/core';
import type { AdapterFixtures } from './adapter-conformance.ts';

/** Google ends its lines as HTTP does. */
const event = (members: JsonObject): string => `data: ${JSON.stringify({ ...frame, ...members })}\r\n\r\n`;

const frame = { modelVersion: 'm-1', responseId: 'r-1' };
const usage = { promptTokenCount: 10, candidatesTokenCount: 3, totalTokenCount: 13 };

const candidate = (text: string, end: JsonObject = {}): JsonObject => ({
  content: { parts: [{ text }], role: 'model' },
  ...end,
  index: 0,
});

const error = (code: number, status: string, members: JsonObject = {}): string =>
  JSON.stringify({ error: { code, message: 'text', status, ...members } });

const errorInfo = 'type.googleapis.com/google.rpc.ErrorInfo';
const quotaFailure = 'type.googleapis.com/google.rpc.QuotaFailure';

const exhausted = (quotaId: string): string =>
  error(429, 'RESOURCE_EXHAUSTED', {
    message: 'You exceeded your current quota, please check your plan and billing details.',
    details: [{ '@type': quotaFailure, violations: [{ quotaId }] }],
  });

export const geminiFixtures: AdapterFixtures = {
  opening: event({ candidates: [candidate('')], usageMetadata: { promptTokenCount: 10, totalTokenCount: 10 } }),
  content: event({ candidates: [candidate('Hi')], usageMetadata: { ...usage, candidatesTokenCount: 1 } }),
  closing: event({ candidates: [candidate('', { finishReason: 'STOP' })], usageMetadata: usage }),
  errorEvent: `data: ${error(503, 'UNAVAILABLE', { message: 'The model is overloaded.' })}\r\n\r\n`,
  whole: JSON.stringify({ ...frame, candidates: [candidate('Hi', { finishReason: 'STOP' })], usageMetadata: usage }),
  wholeError: error(503, 'UNAVAILABLE'),
  facts: {
    finishReason: 'stop',
    usage: { ...noUsage, inputUncached: 10, output: 3 },
    contentBytes: 2,
    answeredModel: 'm-1',
  },
  refusals: {
    rate_limited: { status: 429, body: exhausted('GenerateRequestsPerMinutePerProjectPerModel') },
    overloaded: { status: 503, body: error(503, 'UNAVAILABLE') },
    server_error: { status: 500, body: error(500, 'INTERNAL') },
    quota_spent: { status: 429, body: exhausted('GenerateRequestsPerDayPerProjectPerModel-FreeTier') },
    credential_refused: {
      status: 400,
      body: error(400, 'INVALID_ARGUMENT', { details: [{ '@type': errorInfo, reason: 'API_KEY_INVALID' }] }),
    },
    model_not_found: { status: 404, body: error(404, 'NOT_FOUND') },
    context_too_long: {
      status: 400,
      body: error(400, 'INVALID_ARGUMENT', {
        message: 'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).',
      }),
    },
    request_rejected: { status: 400, body: error(400, 'INVALID_ARGUMENT') },
  },
};
