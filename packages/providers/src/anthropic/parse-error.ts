import { AttemptError, tryParseJson } from '@tollgate/core';
import type { WireHeaders } from '../base/adapter.ts';
import { readRefusal } from '../base/answer-errors.ts';
import { readProviderWords } from '../base/provider-words.ts';

/** Prompt and `max_tokens` together are too long; the other wording, of the prompt alone, is every provider's. */
const capBeyondContext = /exceed context limit/i;

/**
 * What a status that is not 2xx means. Anthropic's error types, spend limits among them, are read as
 * all providers' are; only one wording is its own.
 */
export function parseError(status: number, headers: WireHeaders, body: Buffer): AttemptError {
  const error = readRefusal(status, headers, body);
  const message = readProviderWords(tryParseJson(body.toString('utf8')))?.message ?? '';
  if (error.code !== 'request_rejected' || !capBeyondContext.test(message)) return error;
  return new AttemptError('context_too_long', {
    message: error.message,
    next: 'longer_context',
    billing: 'none',
    httpStatus: error.httpStatus,
    providerSaid: error.providerSaid,
  });
}
