import type { JsonObject } from '@tollgate/core';
import { statusOf, type ErrorAnswer, type Failure } from '../../call/refusal.ts';
import type { AnswerContext } from '../voice.ts';

const statusWords: ReadonlyMap<number, string> = new Map([
  [400, 'INVALID_ARGUMENT'],
  [402, 'FAILED_PRECONDITION'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [408, 'DEADLINE_EXCEEDED'],
  [409, 'ABORTED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [500, 'INTERNAL'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
]);

const messages = (model: string): Readonly<Record<string, string>> => ({
  '401': 'API key not valid. Please pass a valid API key.',
  '403': 'The caller does not have permission',
  '404': `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
  '429': 'Resource has been exhausted (e.g. check quota).',
  quota: 'You exceeded your current quota, please check your plan and billing details.',
  context_too_long: 'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).',
  '500':
    'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  '503': 'The model is overloaded. Please try again later.',
  '504': 'The request timed out. Please try again.',
});

const errorInfo = 'type.googleapis.com/google.rpc.ErrorInfo';

const detailsOf = (kind: Failure['kind']): readonly JsonObject[] => {
  if (kind === '401') return [{ '@type': errorInfo, reason: 'API_KEY_INVALID', domain: 'googleapis.com' }];
  if (kind === '429') return [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1s' }];
  if (kind !== 'quota') return [];
  const violations = [{ quotaMetric: 'generate_content_free_tier_requests', quotaId: 'RequestsPerDay' }];
  return [{ '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations }];
};

/** Google's error bodies. A key that is not valid is a wrong argument to it: 400. */
export function geminiError(failure: Failure, { model }: Pick<AnswerContext, 'model'>): ErrorAnswer {
  const status = failure.kind === '401' ? 400 : statusOf(failure.kind);
  const message = failure.message ?? messages(model)[failure.kind] ?? `The request failed with ${status}.`;
  const details = detailsOf(failure.kind);
  const error = {
    code: status,
    message,
    status: statusWords.get(status) ?? (status < 500 ? 'INVALID_ARGUMENT' : 'UNKNOWN'),
  };
  return { status, headers: {}, body: { error: details.length === 0 ? error : { ...error, details } } };
}
