import { statusOf, type ErrorAnswer, type Failure } from '../../call/refusal.ts';
import type { AnswerContext } from '../voice.ts';

const types: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [409, 'conflict_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
]);

const messages = (model: string): Readonly<Record<string, string>> => ({
  '401': 'API key is invalid.',
  '402':
    'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  '403': 'Your API key does not have permission to use the specified resource.',
  '404': `model: ${model}`,
  '429':
    "This request would exceed your organization's rate limit of 30,000 input tokens per minute (org: simulated). You can see the response headers for current usage.",
  quota: 'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
  context_too_long: 'prompt is too long: 200001 tokens > 200000 maximum',
  '529': 'Overloaded',
});

const finalStatuses: readonly number[] = [400, 401];

/** Anthropic's error bodies: recorded ones for 400, 401 and 404, its documentation's and public logs' for the rest. */
export function anthropicError(failure: Failure, context: Pick<AnswerContext, 'model' | 'requestId'>): ErrorAnswer {
  const status = statusOf(failure.kind);
  const type = types.get(status) ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  const message = failure.message ?? messages(context.model)[failure.kind] ?? 'Internal server error';
  const details = failure.kind === 'quota' ? { details: { error_code: 'enforced_spend_limit_reached' } } : {};
  return {
    status,
    headers: finalStatuses.includes(status) ? { 'x-should-retry': 'false' } : {},
    body: {
      type: 'error',
      error: { type, message, ...details },
      request_id: status === 401 ? null : context.requestId,
    },
  };
}
