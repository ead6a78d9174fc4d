import { statusOf, type ErrorAnswer, type Failure } from '../../call/refusal.ts';
import type { AnswerContext } from '../voice.ts';

interface ErrorWords {
  readonly message: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

const upstream = (raw: string): ErrorWords => ({
  message: 'Provider returned error',
  metadata: { raw, provider_name: 'Simulated' },
});

/** OpenRouter's error bodies: recorded ones for 400, 401 and 429, its documentation's for the rest. */
const wordsOf = (failure: Failure, model: string): ErrorWords =>
  words(model)[failure.kind] ?? { message: `The request failed with ${statusOf(failure.kind)}.` };

const words = (model: string): Readonly<Record<string, ErrorWords>> => ({
  '401': { message: 'Missing Authentication header' },
  '402': {
    message: 'Insufficient credits. Add more using https://openrouter.ai/settings/credits',
    metadata: { error_type: 'payment_required' },
  },
  '403': { message: 'This key is not allowed to use this model.', metadata: { error_type: 'permission_denied' } },
  '404': { message: `No endpoints found for ${model}.`, metadata: { error_type: 'not_found' } },
  '408': { message: 'Your request timed out.' },
  '429': upstream(`${model} is temporarily rate-limited upstream. Please retry shortly.`),
  quota: { message: 'Key limit exceeded (total limit).', metadata: { error_type: 'payment_required' } },
  context_too_long: {
    message:
      "This endpoint's maximum context length is 400000 tokens. However, you requested about 400001 tokens. Please reduce the length of either one.",
    metadata: { error_type: 'context_length_exceeded', provider_name: 'Simulated' },
  },
  '500': { message: 'Internal Server Error', metadata: { error_type: 'server' } },
  '502': { ...upstream('{"error":"bad gateway"}') },
  '503': {
    message: 'No available model provider that meets your routing requirements',
    metadata: { error_type: 'provider_overloaded' },
  },
  '529': { message: 'Provider is overloaded', metadata: { error_type: 'provider_overloaded' } },
});

/** Its code is a number, equal to the status. */
export function openrouterError(failure: Failure, { model }: Pick<AnswerContext, 'model'>): ErrorAnswer {
  const status = statusOf(failure.kind);
  const { message, metadata } = wordsOf(failure, model);
  const error = { message: failure.message ?? message, code: status, ...(metadata === undefined ? {} : { metadata }) };
  return { status, headers: {}, body: { error, user_id: 'user_simulated' } };
}
