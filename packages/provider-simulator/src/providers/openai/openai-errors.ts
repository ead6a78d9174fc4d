import { statusOf, type ErrorAnswer, type Failure } from '../../call/refusal.ts';
import type { AnswerContext } from '../voice.ts';

interface ErrorWords {
  readonly message: string;
  readonly type: string;
  readonly code: string | null;
  readonly param?: string | null;
}

/** OpenAI's error bodies: recorded ones for 400, 401, 404 and quota, its documentation's for the rest. */
const wordsOf = (kind: Failure['kind'], model: string): ErrorWords => words(model)[kind] ?? otherWords(statusOf(kind));

const words = (model: string): Readonly<Record<string, ErrorWords>> => ({
  '401': {
    message:
      'Incorrect API key provided: sk-simul********. You can find your API key at https://platform.openai.com/account/api-keys.',
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  },
  '403': {
    message: 'Country, region, or territory not supported',
    type: 'request_forbidden',
    code: 'unsupported_country_region_territory',
  },
  '404': {
    message: `The model \`${model}\` does not exist or you do not have access to it.`,
    type: 'invalid_request_error',
    code: 'model_not_found',
  },
  '429': {
    message: `Rate limit reached for ${model} in organization org-simulated on tokens per min (TPM): Limit 200000, Used 199990, Requested 100. Please try again in 1s.`,
    type: 'tokens',
    code: 'rate_limit_exceeded',
  },
  quota: {
    message: 'You exceeded your current quota, please check your plan and billing details.',
    type: 'insufficient_quota',
    code: 'insufficient_quota',
  },
  context_too_long: {
    message:
      "This model's maximum context length is 400000 tokens. However, your messages resulted in 400001 tokens. Please reduce the length of the messages.",
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    param: 'messages',
  },
  '503': {
    message: 'The server is currently overloaded. Please try again later.',
    type: 'service_unavailable_error',
    code: 'server_is_overloaded',
  },
});

const otherWords = (status: number): ErrorWords =>
  status < 500
    ? { message: `The request was refused with ${status}.`, type: 'invalid_request_error', code: null }
    : {
        message: 'The server had an error while processing your request. Sorry about that!',
        type: 'server_error',
        code: null,
      };

export function openaiError(failure: Failure, { model }: Pick<AnswerContext, 'model'>): ErrorAnswer {
  const { message, type, code, param = null } = { ...wordsOf(failure.kind, model), ...definedWords(failure) };
  return { status: statusOf(failure.kind), headers: {}, body: { error: { message, type, param, code } } };
}

const definedWords = ({ message, param, code }: Failure): Partial<ErrorWords> => ({
  ...(message === undefined ? {} : { message }),
  ...(param === undefined ? {} : { param }),
  ...(code === undefined ? {} : { code }),
});
