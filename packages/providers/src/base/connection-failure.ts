import { AttemptError, type AnswerProgress } from '@tollgate/core';
import { errors } from 'undici';
import { brokenOff, malformedAnswer } from './answer-errors.ts';

/** What a failure of the connection means, from undici's, Node's or the HTTP parser's error. */
export function connectionFailure(error: Error, progress: AnswerProgress): AttemptError {
  const code = codeOf(error);
  if (!progress.requestSent) return notSent(error, code);
  if (!progress.contentSeen && (error instanceof errors.HTTPParserError || code === 'UND_ERR_HEADERS_OVERFLOW')) {
    // Not as the cause: the parser's error carries the bytes it could not read.
    return malformedAnswer(`the answer is no valid HTTP (${code})`);
  }
  return brokenOff(progress, error);
}

function notSent(cause: Error, code: string): AttemptError {
  const timedOut = code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT';
  return new AttemptError(timedOut ? 'connect_timeout' : 'connect_failed', {
    message: `no connection to the provider (${code})`,
    next: code === 'UND_ERR_INVALID_ARG' ? 'target' : 'retry',
    billing: 'none',
    cause,
  });
}

export const connectTimeout = (timeoutMs: number): AttemptError =>
  new AttemptError('connect_timeout', {
    message: `no connection to the provider within ${timeoutMs} ms`,
    next: 'retry',
    billing: 'none',
  });

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : error.name);
